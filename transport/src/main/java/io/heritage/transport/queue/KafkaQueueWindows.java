package io.heritage.transport.queue;

import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the share coordinator keeps of a group: its start offset and, as the lag, how many
 * records it has not finished. The coordinator hears of progress with each acknowledgement.
 */
public final class KafkaQueueWindows implements QueueWindows {
    private static final int SECONDS = 30;

    private final Admin admin;
    private final int limit;

    /**
     * @param limit the most records in view, as the groups were set up
     */
    public KafkaQueueWindows(Admin admin, int limit) {
        this.admin = admin;
        this.limit = limit;
    }

    @Override
    public LaneWindow of(String jobsTopic) {
        var partition = new TopicPartition(jobsTopic, 0);
        SharePartitionOffsetInfo group = group(partition);
        // Asked for later than the group, so that the lag is not larger than what is there.
        long first = offset(partition, OffsetSpec.earliest());
        long end = offset(partition, OffsetSpec.latest());
        long start = group == null ? first : Math.max(first, group.startOffset());
        long lag = group == null ? end - start : group.lag().orElse(end - start);
        return new LaneWindow(jobsTopic, start, end, Math.max(0, end - start - lag), limit);
    }

    /** Null before the first member has joined. */
    private @Nullable SharePartitionOffsetInfo group(TopicPartition partition) {
        String group = Topics.shareGroup(partition.topic());
        var asked = new ListShareGroupOffsetsSpec().topicPartitions(List.of(partition));
        return get(
                        admin.listShareGroupOffsets(Map.of(group, asked))
                                .partitionsToOffsetInfo(group),
                        partition)
                .get(partition);
    }

    private long offset(TopicPartition partition, OffsetSpec which) {
        return get(
                        admin.listOffsets(Map.of(partition, which)).partitionResult(partition),
                        partition)
                .offset();
    }

    private static <T> T get(KafkaFuture<T> future, TopicPartition partition) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportUnavailable(
                    "cannot read how far the queue of %s has come".formatted(partition.topic()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading " + partition.topic(), e);
        }
    }
}
