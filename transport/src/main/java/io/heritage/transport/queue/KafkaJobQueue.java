package io.heritage.transport.queue;

import io.heritage.observe.Meters;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A member of the share group of one shard of every lane, on a daemon thread each; of a canary, the
 * canary's shard.
 */
public final class KafkaJobQueue implements JobQueue {
    private static final Duration WAKE_EVERY = Duration.ofMillis(50);

    private final LaneSchedule schedule;
    private final Map<LaneConsumer, Thread> threads = new LinkedHashMap<>();
    private final WindowWatch windows;
    private final KafkaLaneShards shards;
    private final List<LaneState> modelLanes;
    private volatile @Nullable HeldModels models;
    private boolean started;

    public KafkaJobQueue(
            Collection<EndpointId> endpoints,
            WorkerId worker,
            QueueSettings settings,
            ClientSettings clients,
            Admin admin,
            KafkaConfig config,
            Meters meters) {
        var claims = new ClaimMeters(meters);
        this.shards = new KafkaLaneShards(admin, config.modelLanes());
        Map<LaneState, LanePlace> lanes =
                config.canary().worker()
                        ? canaries(endpoints)
                        : lanes(
                                endpoints,
                                shards,
                                config.laneShards(),
                                settings.turn().multipliedBy(2));
        this.modelLanes =
                (config.canary().worker() ? Stream.<EndpointId>empty() : endpoints.stream())
                        .filter(config.modelLanes()::contains)
                        .flatMap(KafkaJobQueue::lanesOfModels)
                        .toList();
        modelLanes.forEach(lane -> lanes.put(lane, () -> lane.topic));
        QueueWindows all = new KafkaQueueWindows(admin, settings.window());
        this.schedule = new LaneSchedule(List.copyOf(lanes.keySet()), settings);
        this.windows = new WindowWatch(all::of, () -> all.topics(endpoints));
        for (var entry : lanes.entrySet()) {
            LaneState lane = entry.getKey();
            var consumer =
                    new LaneConsumer(
                            lane,
                            schedule,
                            settings,
                            entry.getValue(),
                            claims,
                            (topic, most) -> shareConsumer(clients, topic, most, worker));
            threads.put(
                    consumer,
                    Thread.ofPlatform()
                            .daemon()
                            .name("heritage-lane-" + lane.topic)
                            .unstarted(consumer));
        }
    }

    /**
     * Deals jobs to the shards of their lanes.
     *
     * @param config number of shards, and endpoints with lanes of models
     */
    public static ShardDeal deal(Admin admin, KafkaConfig config) {
        return new ShardDeal(
                config.laneShards(),
                config.modelLanes(),
                config.canary().percent(),
                new KafkaLaneShards(admin, config.modelLanes()),
                ask -> Thread.ofVirtual().name("heritage-shards").start(ask));
    }

    @Override
    public Optional<ClaimedJob> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        HeldModels held = models;
        if (held != null) {
            schedule.models().holds(held.resident());
        }
        start();
        return schedule.take(deadline).map(job -> job);
    }

    @Override
    public List<String> unjoined() {
        return schedule.unjoined();
    }

    @Override
    public void serve(Predicate<EndpointId> endpoints) {
        schedule.serve(endpoints);
        leaveWhatIsNotServed();
    }

    private void leaveWhatIsNotServed() {
        threads.keySet().forEach(LaneConsumer::leaveIfSuspended);
    }

    @Override
    public void routeBy(HeldModels held) {
        models = held;
    }

    /** As {@link LaneSchedule#offers}. */
    List<HeldJob> offers() {
        return schedule.offers();
    }

    @Override
    public void close() {
        windows.close();
        schedule.close();
        boolean interrupted = false;
        for (var lane : startedThreads().entrySet()) {
            interrupted |= !end(lane.getKey(), lane.getValue());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start() {
        if (!started) {
            started = true;
            threads.values().forEach(Thread::start);
            windows.start();
            HeldModels held = models;
            if (held != null && !modelLanes.isEmpty()) {
                Thread.ofPlatform().daemon().name("heritage-model-lanes").start(watch(held));
            }
        }
    }

    private ModelWatch watch(HeldModels held) {
        return new ModelWatch(
                schedule,
                modelLanes,
                held,
                new KafkaModelDemands(shards, Clock.systemUTC()),
                new Random(),
                () -> {
                    schedule.wake();
                    leaveWhatIsNotServed();
                });
    }

    private synchronized Map<LaneConsumer, Thread> startedThreads() {
        return started ? threads : Map.of();
    }

    private static boolean end(LaneConsumer lane, Thread thread) {
        try {
            do {
                lane.wakeUp();
            } while (!thread.join(WAKE_EVERY));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static Stream<LaneState> lanesOfModels(EndpointId endpoint) {
        return Stream.of(Lane.values())
                .flatMap(lane ->
                        Topics.laneModels().stream()
                                .map(model ->
                                        new LaneState(
                                                endpoint,
                                                Topics.jobs(endpoint, lane, model),
                                                lane.rank(),
                                                model.id())));
    }

    /** A canary stays in its shard and serves no other jobs. */
    private static Map<LaneState, LanePlace> canaries(Collection<EndpointId> endpoints) {
        var lanes = new LinkedHashMap<LaneState, LanePlace>();
        for (Lane lane : Lane.values()) {
            for (EndpointId endpoint : endpoints) {
                String topic = Topics.jobs(endpoint, lane, Topics.CANARY_SHARD);
                lanes.put(new LaneState(endpoint, topic, lane.rank()), () -> topic);
            }
        }
        return lanes;
    }

    private static Map<LaneState, LanePlace> lanes(
            Collection<EndpointId> endpoints,
            LaneShards shards,
            int laneShards,
            Duration lookEvery) {
        var lanes = new LinkedHashMap<LaneState, LanePlace>();
        for (Lane lane : Lane.values()) {
            for (EndpointId endpoint : endpoints) {
                lanes.put(
                        new LaneState(endpoint, Topics.jobs(endpoint, lane), lane.rank()),
                        new ShardWatch(
                                endpoint, lane, shards, laneShards, lookEvery, new Random()));
            }
        }
        return lanes;
    }

    private static ShareConsumer<byte[], byte[]> shareConsumer(
            ClientSettings clients, String topic, int mostJobs, WorkerId worker) {
        var bytes = new ByteArrayDeserializer();
        return new KafkaShareConsumer<>(
                clients.shareConsumer(
                        Topics.shareGroup(topic),
                        worker + "-" + topic + (mostJobs > 1 ? "-several" : ""),
                        mostJobs),
                bytes,
                bytes);
    }
}
