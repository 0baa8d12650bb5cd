package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of the share group of every lane, on a daemon thread each. */
final class KafkaJobQueue implements JobQueue {
    private final LaneSchedule schedule;
    private final LaneBacklog backlog;
    private final List<Thread> threads = new ArrayList<>();
    private boolean started;

    KafkaJobQueue(
            Collection<EndpointId> endpoints,
            WorkerId worker,
            QueueSettings settings,
            ClientSettings clients,
            LaneBacklog backlog) {
        List<LaneSchedule.Lane> lanes = lanes(endpoints);
        this.schedule = new LaneSchedule(lanes, settings);
        this.backlog = backlog;
        for (LaneSchedule.Lane lane : lanes) {
            var consumer =
                    new LaneConsumer(
                            lane,
                            schedule,
                            settings,
                            () -> shareConsumer(clients, lane.topic(), worker));
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("heritage-lane-" + lane.topic())
                            .unstarted(consumer));
        }
    }

    @Override
    public Optional<ClaimedJob> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        start();
        try {
            List<LaneSchedule.Lane> rivals = schedule.beginTaking();
            if (!rivals.isEmpty()) {
                schedule.preferLanes(withUnfinishedJobs(rivals));
            }
            return schedule.take(deadline).map(job -> job);
        } finally {
            schedule.endTaking();
        }
    }

    @Override
    public void close() {
        schedule.close();
        boolean interrupted = false;
        for (Thread thread : startedThreads()) {
            interrupted |= !join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start() {
        if (!started) {
            started = true;
            threads.forEach(Thread::start);
        }
    }

    private synchronized List<Thread> startedThreads() {
        return started ? List.copyOf(threads) : List.of();
    }

    private static boolean join(Thread thread) {
        try {
            thread.join();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private List<LaneSchedule.Lane> withUnfinishedJobs(List<LaneSchedule.Lane> lanes)
            throws InterruptedException {
        Set<String> unfinished =
                backlog.unfinished(lanes.stream().map(LaneSchedule.Lane::topic).toList());
        return lanes.stream().filter(lane -> unfinished.contains(lane.topic())).toList();
    }

    private static List<LaneSchedule.Lane> lanes(Collection<EndpointId> endpoints) {
        var lanes = new ArrayList<LaneSchedule.Lane>();
        int rank = 0;
        for (Lane lane : Lane.values()) {
            for (EndpointId endpoint : endpoints) {
                lanes.add(new LaneSchedule.Lane(Topics.jobs(endpoint, lane), rank));
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
