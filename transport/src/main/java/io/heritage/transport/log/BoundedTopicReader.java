package io.heritage.transport.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads partitions from a point in time to the end that they had when reading began. */
final class BoundedTopicReader {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Collection<TopicPartition> partitions;

    BoundedTopicReader(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        this.consumer = consumer;
        this.partitions = partitions;
    }

    /** Leaves the consumer positioned after the last record. */
    void readToEnd(
            Instant since, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        readToEnd(since, Long.MAX_VALUE, listener);
    }

    /**
     * The same with a bound on the work.
     *
     * @param newest only this number of offsets before each partition's end are read
     */
    void readToEnd(
            Instant since,
            long newest,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        seek(since, ends);
        skipTo(newest, ends);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached(ends)) {
            var records = consumer.poll(POLL);
            records.forEach(listener);
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new TimeoutException("no record arrived for " + PATIENCE);
            }
        }
    }

    private void seek(Instant since, Map<TopicPartition, Long> ends) {
        if (since.equals(Instant.EPOCH)) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, Long> times =
                partitions.stream()
                        .collect(Collectors.toMap(Function.identity(), p -> since.toEpochMilli()));
        var found =
                new HashMap<TopicPartition, OffsetAndTimestamp>(consumer.offsetsForTimes(times));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp first = found.get(partition);
            consumer.seek(
                    partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
        }
    }

    private void skipTo(long newest, Map<TopicPartition, Long> ends) {
        ends.forEach((partition, end) -> {
            if (end - consumer.position(partition) > newest) {
                consumer.seek(partition, end - newest);
            }
        });
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
