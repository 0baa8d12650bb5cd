package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of the share group of every lane, on a daemon thread each. */
public final class KafkaJobQueue implements JobQueue {
    private static final Duration WAKE_EVERY = Duration.ofMillis(50);

    private final LaneSchedule schedule;
    private final Map<LaneConsumer, Thread> threads = new LinkedHashMap<>();
    private final WindowWatch windows;
    private boolean started;

    public KafkaJobQueue(
            Collection<EndpointId> endpoints,
            WorkerId worker,
            QueueSettings settings,
            ClientSettings clients,
            QueueWindows windows) {
        List<LaneState> lanes = lanes(endpoints);
        this.schedule = new LaneSchedule(lanes, settings);
        this.windows =
                new WindowWatch(windows::of, lanes.stream().map(lane -> lane.topic).toList());
        for (LaneState lane : lanes) {
            var consumer =
                    new LaneConsumer(
                            lane,
                            schedule,
                            settings,
                            () -> shareConsumer(clients, lane.topic, worker));
            threads.put(
                    consumer,
                    Thread.ofPlatform()
                            .daemon()
                            .name("heritage-lane-" + lane.topic)
                            .unstarted(consumer));
        }
    }

    @Override
    public Optional<ClaimedJob> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        start();
        return schedule.take(deadline).map(job -> job);
    }

    @Override
    public List<String> unjoined() {
        return schedule.unjoined();
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
        }
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

    private static List<LaneState> lanes(Collection<EndpointId> endpoints) {
        var lanes = new ArrayList<LaneState>();
        int rank = 0;
        for (Lane lane : Lane.values()) {
            for (EndpointId endpoint : endpoints) {
                lanes.add(new LaneState(Topics.jobs(endpoint, lane), rank));
            }
            rank++;
        }
        return lanes;
    }

    private static ShareConsumer<byte[], byte[]> shareConsumer(
            ClientSettings clients, String topic, WorkerId worker) {
        var bytes = new ByteArrayDeserializer();
        return new KafkaShareConsumer<>(
                clients.shareConsumer(Topics.shareGroup(topic), worker + "-" + topic),
                bytes,
                bytes);
    }
}
