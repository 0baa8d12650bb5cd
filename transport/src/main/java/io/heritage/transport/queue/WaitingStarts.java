package io.heritage.transport.queue;

import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Offset from which a topic of jobs that wait for their turn is needed. No share group reads the
 * topic, so it has no start offset. Instead each partition of the fold commits the offset that it
 * needs, in a group without members, and the lowest counts. A partition without a commit needs the
 * whole topic. Any thread.
 */
public final class WaitingStarts {
    private static final int SECONDS = 30;

    private final Admin admin;
    private volatile int partitions;

    public WaitingStarts(Admin admin) {
        this.admin = admin;
    }

    /**
     * Commits that a partition of the fold needs nothing before an offset: all records before it
     * are folded, and none of their jobs waits there or is being written into its lane.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge it
     */
    public void publish(String waitingTopic, int partition, long offset) {
        var at = Map.of(new TopicPartition(waitingTopic, 0), new OffsetAndMetadata(offset));
        get(
                admin.alterConsumerGroupOffsets(Topics.waitingGroup(waitingTopic, partition), at)
                        .all(),
                waitingTopic);
    }

    /**
     * Empty unless all partitions have committed an offset.
     *
     * @throws TransportUnavailable if Kafka does not answer
     */
    OptionalLong of(String waitingTopic) {
        var topic = new TopicPartition(waitingTopic, 0);
        Map<String, Map<TopicPartition, OffsetAndMetadata>> said =
                get(
                        admin.listConsumerGroupOffsets(
                                        IntStream.range(0, partitions())
                                                .mapToObj(p -> Topics.waitingGroup(waitingTopic, p))
                                                .collect(
                                                        Collectors.toMap(
                                                                Function.identity(),
                                                                _ -> onlyOf(topic))))
                                .all(),
                        waitingTopic);
        long lowest = Long.MAX_VALUE;
        for (Map<TopicPartition, OffsetAndMetadata> one : said.values()) {
            @Nullable OffsetAndMetadata offset = one.get(topic);
            if (offset == null) {
                return OptionalLong.empty();
            }
            lowest = Math.min(lowest, offset.offset());
        }
        return said.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lowest);
    }

    private static ListConsumerGroupOffsetsSpec onlyOf(TopicPartition topic) {
        return new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(topic));
    }

    /** Number of partitions of the fold, which never changes once the topic exists. */
    private int partitions() {
        if (partitions == 0) {
            partitions =
                    get(admin.describeTopics(List.of(Topics.EVENTS)).allTopicNames(), Topics.EVENTS)
                            .values()
                            .stream()
                            .mapToInt(topic -> topic.partitions().size())
                            .sum();
        }
        return partitions;
    }

    private static <T> T get(KafkaFuture<T> future, String what) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportUnavailable(
                    "cannot read or write the offset from which %s is needed".formatted(what), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while asking for " + what, e);
        }
    }
}
