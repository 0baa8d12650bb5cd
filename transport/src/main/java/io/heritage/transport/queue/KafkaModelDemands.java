package io.heritage.transport.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Five requests, whatever the number of lanes. The age of a record is by the clocks of who wrote it
 * and of this process. Kafka does not tell which jobs are with a worker: as many as there are
 * members at most, see {@link NextModel}.
 */
final class KafkaModelDemands implements ModelDemands {
    private final KafkaLaneShards shards;
    private final Clock clock;

    KafkaModelDemands(KafkaLaneShards shards, Clock clock) {
        this.shards = shards;
        this.clock = clock;
    }

    @Override
    public Map<LaneState, ModelDemand> of(
            Collection<LaneState> lanes, Function<String, Duration> loadTime) {
        Map<TopicPartition, LaneState> byTopic =
                lanes.stream()
                        .collect(
                                Collectors.toMap(
                                        lane -> new TopicPartition(lane.topic, 0),
                                        Function.identity()));
        // Read first: records written after this are not old.
        Map<TopicPartition, Long> firstYoung = firstYoung(byTopic, loadTime);
        List<LaneShard> found = shards.of(List.copyOf(byTopic.keySet()));
        Map<ModelAt, Integer> members = new HashMap<>();
        for (LaneShard shard : found) {
            members.merge(at(lane(byTopic, shard)), shard.members(), Math::max);
        }
        var demands = new HashMap<LaneState, ModelDemand>();
        for (LaneShard shard : found) {
            LaneState lane = lane(byTopic, shard);
            long young = firstYoung.getOrDefault(new TopicPartition(shard.topic(), 0), -1L);
            long old = young < 0 ? shard.unfinished() : young - shard.progress();
            demands.put(
                    lane,
                    new ModelDemand(
                            members.getOrDefault(at(lane), 0),
                            shard.unfinished(),
                            Math.clamp(old, 0, shard.unfinished()),
                            shard.progress()));
        }
        return demands;
    }

    /** A worker joins the lanes of a model one after the other, and counts in all of them. */
    private record ModelAt(String endpoint, String model) {}

    private static ModelAt at(LaneState lane) {
        return new ModelAt(lane.endpoint.value(), Objects.requireNonNull(lane.model));
    }

    private static LaneState lane(Map<TopicPartition, LaneState> byTopic, LaneShard shard) {
        return Objects.requireNonNull(byTopic.get(new TopicPartition(shard.topic(), 0)));
    }

    /** Offset of the first record younger than a load; negative if there is none. */
    private Map<TopicPartition, Long> firstYoung(
            Map<TopicPartition, LaneState> lanes, Function<String, Duration> loadTime) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        lanes.forEach((partition, lane) -> {
            Duration load = loadTime.apply(Objects.requireNonNull(lane.model));
            asked.put(
                    partition, OffsetSpec.forTimestamp(clock.instant().minus(load).toEpochMilli()));
        });
        return shards.offsets(asked);
    }
}
