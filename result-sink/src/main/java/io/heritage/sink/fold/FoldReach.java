package io.heritage.sink.fold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to when every acknowledged submission is in the stores of the sinks. Only then does a store
 * without a job mean that there is no such job: a sink that was down, or that takes over the work
 * of another, answers before it has folded what came meanwhile.
 *
 * <p>Asks Kafka on a thread of its own: notes how long the queues' topics are, waits until the fold
 * has committed as much, and then the same of the topic on which it spreads submissions.
 */
public final class FoldReach implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FoldReach.class);

    /** An id tells when it was made by its gateway's clock, and machines' clocks differ. */
    private static final Duration SKEW = Duration.ofMinutes(2);

    private final Admin admin;
    private final List<List<String>> stages;
    private final Clock clock;
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-fold-reach").factory());

    private Instant noted = Instant.MIN;
    private int stage = -1;
    private Map<TopicPartition, Long> ends = Map.of();
    private volatile Instant reached = Instant.MIN;

    public FoldReach(Admin admin, Collection<String> jobsTopics, Duration every, Clock clock) {
        this.admin = admin;
        this.stages = List.of(List.copyOf(jobsTopics), List.of(JobTopology.SPREAD));
        this.clock = clock;
        var unused =
                asking.scheduleWithFixedDelay(
                        this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether a job of that time, if there was one, has been folded by its sink. */
    public boolean isBeyond(Instant created) {
        return created.plus(SKEW).isBefore(reached);
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }

    private void ask() {
        try {
            if (stage < 0) {
                noted = clock.instant();
                begin(0);
            }
            while (stage >= 0 && hasCommitted()) {
                begin(stage + 1);
            }
        } catch (ExecutionException | RuntimeException e) { // asked again, whatever it was
            LOG.atDebug().setCause(e).log("how far the fold has come is not known now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(int next) throws ExecutionException, InterruptedException {
        if (next == stages.size()) {
            reached = noted;
            stage = -1;
            return;
        }
        ends = offsets(partitions(stages.get(next)), OffsetSpec.latest());
        stage = next;
    }

    private List<TopicPartition> partitions(List<String> topics)
            throws ExecutionException, InterruptedException {
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic ->
                        topic.partitions().stream()
                                .map(p -> new TopicPartition(topic.name(), p.partition())))
                .toList();
    }

    private boolean hasCommitted() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                admin.listConsumerGroupOffsets(StreamsSettings.APPLICATION)
                        .partitionsToOffsetAndMetadata()
                        .get();
        var open = new HashMap<TopicPartition, Long>();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata at = committed.get(partition);
            if (at == null || at.offset() < end) {
                open.put(partition, end);
            }
        });
        // Nothing is committed of a partition that has nothing to read.
        Map<TopicPartition, Long> starts = offsets(open.keySet(), OffsetSpec.earliest());
        return open.entrySet().stream()
                .allMatch(e -> starts.getOrDefault(e.getKey(), 0L) >= e.getValue());
    }

    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        return admin
                .listOffsets(
                        partitions.stream()
                                .collect(Collectors.toMap(Function.identity(), _ -> which)))
                .all()
                .get()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }
}
