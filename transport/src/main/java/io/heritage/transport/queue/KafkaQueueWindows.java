package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the share coordinator's state of a group: its start offset and, as the lag, the number of
 * unfinished records. The coordinator learns of progress with each acknowledgement, and of a new
 * start offset with the next one; a lag of 0 means that everything is finished. For topics of jobs
 * that wait for their turn the sinks write the offset from which they are needed, see {@link
 * WaitingStarts}.
 */
public final class KafkaQueueWindows implements QueueWindows {
    private static final int SECONDS = 30;

    private final Admin admin;
    private final WaitingStarts waiting;
    private final int limit;

    /**
     * @param limit the most records in view, as the groups were set up
     */
    public KafkaQueueWindows(Admin admin, int limit) {
        this.admin = admin;
        this.waiting = new WaitingStarts(admin);
        this.limit = limit;
    }

    @Override
    public LaneWindow of(String jobsTopic) {
        var partition = new TopicPartition(jobsTopic, 0);
        // Read before the group: a record written in between must not seem finished.
        long end = offset(partition, OffsetSpec.latest());
        if (Topics.isWaiting(jobsTopic)) {
            long needed = waiting.of(jobsTopic).orElse(0);
            long start = Math.max(offset(partition, OffsetSpec.earliest()), needed);
            return new LaneWindow(jobsTopic, start, Math.max(start, end), 0, limit);
        }
        SharePartitionOffsetInfo group = group(partition);
        long first = offset(partition, OffsetSpec.earliest());
        if (group == null) {
            return new LaneWindow(jobsTopic, first, Math.max(first, end), 0, limit);
        }
        long start = Math.max(first, group.startOffset());
        long lag = group.lag().filter(unfinished -> unfinished >= 0).orElse(end - start);
        return lag == 0
                ? new LaneWindow(jobsTopic, Math.max(start, end), Math.max(start, end), 0, limit)
                : new LaneWindow(jobsTopic, start, end, Math.max(0, end - start - lag), limit);
    }

    @Override
    public List<String> topics(Collection<EndpointId> endpoints) {
        Predicate<String> ours = Topics.everyQueue(endpoints).asMatchPredicate();
        return get(admin.listTopics().names(), "the topics").stream()
                .filter(ours)
                .sorted(Comparator.comparingInt(Topics::shard).thenComparing(name -> name))
                .toList();
    }

    @Override
    public Map<String, Long> ends(Collection<String> jobsTopics) {
        Map<TopicPartition, OffsetSpec> asked =
                jobsTopics.stream()
                        .collect(
                                Collectors.toMap(
                                        topic -> new TopicPartition(topic, 0),
                                        _ -> OffsetSpec.latest()));
        return get(admin.listOffsets(asked).all(), String.join(", ", jobsTopics))
                .entrySet()
                .stream()
                .collect(
                        Collectors.toMap(
                                end -> end.getKey().topic(), end -> end.getValue().offset()));
    }

    /** Null before the first member has joined. */
    private @Nullable SharePartitionOffsetInfo group(TopicPartition partition) {
        String group = Topics.shareGroup(partition.topic());
        var asked = new ListShareGroupOffsetsSpec().topicPartitions(List.of(partition));
        return get(
                        admin.listShareGroupOffsets(Map.of(group, asked))
                                .partitionsToOffsetInfo(group),
                        partition.topic())
                .get(partition);
    }

    private long offset(TopicPartition partition, OffsetSpec which) {
        return get(
                        admin.listOffsets(Map.of(partition, which)).partitionResult(partition),
                        partition.topic())
                .offset();
    }

    private static <T> T get(KafkaFuture<T> future, String what) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportUnavailable(
                    "cannot read the progress of the queue of %s".formatted(what), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading " + what, e);
        }
    }
}
