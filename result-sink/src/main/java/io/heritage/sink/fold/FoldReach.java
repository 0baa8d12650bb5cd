package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.queue.QueueWindows;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether all that was acknowledged before a question is in the store. Only then does a store
 * without a job mean that there is no such job: a sink that was down, or that takes over the work
 * of another, answers before it has folded what came meanwhile. Any thread.
 */
public final class FoldReach {
    private final Admin admin;
    private final QueueWindows windows;
    private final Collection<EndpointId> endpoints;
    private final List<TopicPartition> events;
    private final QueueStarts queues;
    private final FoldProgress progress;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Ends last;

    /**
     * @param admin stays open
     * @param partitions of the events
     */
    public FoldReach(
            Admin admin,
            QueueWindows windows,
            Collection<EndpointId> endpoints,
            int partitions,
            QueueStarts queues,
            FoldProgress progress) {
        this.admin = admin;
        this.windows = windows;
        this.endpoints = List.copyOf(endpoints);
        this.events =
                IntStream.range(0, partitions)
                        .mapToObj(p -> new TopicPartition(Topics.EVENTS, p))
                        .toList();
        this.queues = queues;
        this.progress = progress;
    }

    /**
     * How long the topics are.
     *
     * @param askedAt by {@link System#nanoTime()}, before Kafka was asked
     * @param events by partition; 0 where nothing is left to be read
     */
    private record Ends(long askedAt, Map<String, Long> queues, Map<Integer, Long> events) {}

    /**
     * Waits until a partition of the fold has come to where the topics ended at some time.
     *
     * @param since by {@link System#nanoTime()}: what was acknowledged before is folded
     * @return false if it has not come so far in time
     * @throws TransportUnavailable if Kafka does not answer in time
     */
    boolean await(int partition, long since, Duration atMost) throws InterruptedException {
        Ends ends = endsAfter(since);
        long event = ends.events().getOrDefault(partition, 0L);
        return progress.await(
                partition,
                ends.queues(),
                queues.eventsRead(partition) >= event ? 0 : event,
                atMost);
    }

    /** Questions that come together are answered together. */
    private Ends endsAfter(long since) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            Ends known = last;
            if (known == null || known.askedAt() - since < 0) {
                known =
                        new Ends(
                                System.nanoTime(),
                                windows.ends(windows.topics(endpoints)),
                                endsOfEvents());
                last = known;
            }
            return known;
        } finally {
            asking.unlock();
        }
    }

    private Map<Integer, Long> endsOfEvents() throws InterruptedException {
        Map<TopicPartition, Long> latest = offsets(OffsetSpec.latest());
        Map<TopicPartition, Long> earliest = offsets(OffsetSpec.earliest());
        var ends = new HashMap<Integer, Long>();
        latest.forEach((partition, end) ->
                ends.put(partition.partition(), end.equals(earliest.get(partition)) ? 0 : end));
        return ends;
    }

    private Map<TopicPartition, Long> offsets(OffsetSpec which) throws InterruptedException {
        try {
            return admin
                    .listOffsets(
                            events.stream()
                                    .collect(Collectors.toMap(Function.identity(), _ -> which)))
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
        } catch (ExecutionException e) {
            throw new TransportUnavailable("the events' topic does not answer", e);
        }
    }
}
