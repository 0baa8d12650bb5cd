package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Takes five requests for any number of shards, and one request for one shard. */
final class KafkaLaneShards implements LaneShards {
    private static final int SECONDS = 10;

    private final Admin admin;
    private final Set<EndpointId> modelLanes;

    /**
     * @param modelLanes endpoints whose lanes of models are no shards to choose from; those of
     *     others are, as long as they have jobs
     */
    KafkaLaneShards(Admin admin, Set<EndpointId> modelLanes) {
        this.admin = admin;
        this.modelLanes = Set.copyOf(modelLanes);
    }

    @Override
    public List<LaneShard> of(EndpointId endpoint, Lane lane) {
        String first = Topics.jobs(endpoint, lane);
        var shard = Topics.everyShard(List.of(endpoint)).asMatchPredicate();
        List<TopicPartition> partitions =
                get(admin.listTopics().names()).stream()
                        .filter(name -> name.equals(first) || name.startsWith(first + "."))
                        .filter(shard)
                        .filter(name -> !modelLanes.contains(endpoint) || !Topics.isModelLane(name))
                        .sorted(Comparator.comparingInt(Topics::shard))
                        .map(name -> new TopicPartition(name, 0))
                        .toList();
        if (partitions.size() == 1) {
            return List.of(new LaneShard(first, 0, 0, 0, 0)); // nothing to choose from
        }
        return of(partitions);
    }

    /** These topics, in their order. */
    List<LaneShard> of(List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<String, Map<TopicPartition, SharePartitionOffsetInfo>> groups = groups(partitions);
        Map<TopicPartition, Long> starts = offsets(partitions, OffsetSpec.earliest());
        Map<String, Integer> members = members(groups.keySet().stream().toList());
        return partitions.stream()
                .map(partition -> {
                    String group = Topics.shareGroup(partition.topic());
                    long end = ends.getOrDefault(partition, 0L);
                    long start = starts.getOrDefault(partition, 0L);
                    SharePartitionOffsetInfo info =
                            groups.getOrDefault(group, Map.of()).get(partition);
                    long from = info == null ? start : Math.max(start, info.startOffset());
                    long waits =
                            info == null
                                    ? end - from
                                    : info.lag().filter(lag -> lag >= 0).orElse(end - from);
                    return new LaneShard(
                            partition.topic(),
                            Topics.shard(partition.topic()),
                            members.getOrDefault(group, 0),
                            Math.max(0, waits),
                            end - waits);
                })
                .toList();
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        return offsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> which)));
    }

    Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> asked) {
        return get(admin.listOffsets(asked).all()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private Map<String, Map<TopicPartition, SharePartitionOffsetInfo>> groups(
            List<TopicPartition> partitions) {
        var asked = new HashMap<String, ListShareGroupOffsetsSpec>();
        for (TopicPartition partition : partitions) {
            asked.put(
                    Topics.shareGroup(partition.topic()),
                    new ListShareGroupOffsetsSpec().topicPartitions(List.of(partition)));
        }
        return get(admin.listShareGroupOffsets(asked).all());
    }

    /** No members before the first one has joined the group. */
    private Map<String, Integer> members(List<String> groups) {
        var members = new HashMap<String, Integer>();
        for (var group : admin.describeShareGroups(groups).describedGroups().entrySet()) {
            members.put(group.getKey(), membersOf(group.getValue()));
        }
        return members;
    }

    private static int membersOf(KafkaFuture<ShareGroupDescription> group) {
        try {
            return get(group).members().size();
        } catch (TransportUnavailable e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw e;
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new TransportUnavailable("cannot read the shards of a lane", e.getCause());
        } catch (TimeoutException e) {
            throw new TransportUnavailable("cannot read the shards of a lane", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading the shards of a lane", e);
        }
    }
}
