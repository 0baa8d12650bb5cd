package io.heritage.sink.fold;

import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka every few seconds; in between, and while it does not answer, what it said last. */
public final class KafkaQueueStarts implements QueueStarts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaQueueStarts.class);
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Admin admin;
    private final Collection<String> topics;
    private final Map<String, Long> starts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-queue-starts").factory());

    /**
     * @param admin stays open
     */
    public KafkaQueueStarts(Admin admin, Collection<String> jobsTopics, Duration every) {
        this.admin = admin;
        this.topics = List.copyOf(jobsTopics);
        var unused =
                asking.scheduleWithFixedDelay(
                        this::ask, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public long startOf(String jobsTopic) {
        return starts.getOrDefault(jobsTopic, 0L);
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }

    private void ask() {
        var groups = new HashMap<String, ListShareGroupOffsetsSpec>();
        for (String topic : topics) {
            groups.put(
                    Topics.shareGroup(topic),
                    new ListShareGroupOffsetsSpec()
                            .topicPartitions(List.of(new TopicPartition(topic, 0))));
        }
        try {
            var answers =
                    admin.listShareGroupOffsets(
                            groups, new ListShareGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS));
            for (String topic : topics) {
                SharePartitionOffsetInfo info =
                        answers.partitionsToOffsetInfo(Topics.shareGroup(topic))
                                .get()
                                .get(new TopicPartition(topic, 0));
                if (info != null) {
                    starts.merge(topic, info.startOffset(), Math::max);
                }
            }
        } catch (ExecutionException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("the groups of the queues cannot be asked now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
