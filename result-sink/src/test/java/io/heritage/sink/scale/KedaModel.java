package io.heritage.sink.scale;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * A queue, its workers and KEDA's {@code ScaledJob} with the strategy {@code default}, a second a
 * step. What KEDA does at a poll: {@code min(maxReplicaCount, ceil(metric / target)) - running}
 * jobs are started, where running counts all that have not ended, also those that are pending. A
 * worker leaves by itself after an idle time; nobody ever stops one.
 */
final class KedaModel {
    private static final int POLL_SECONDS = 2;

    private final ScalingTarget target;
    private final int jobSeconds;
    private final int idleSeconds;
    private final Queue<Integer> waiting = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();
    private int now;
    private int started;
    private int ended;
    private int mostWorkers;
    private int longestWait;

    private static final class Worker {
        private int readyAt;
        private int busyUntil = -1;
        private int idleSince;
    }

    /**
     * @param idleSeconds after which a worker leaves
     */
    KedaModel(ScalingTarget target, int jobSeconds, int idleSeconds) {
        this.target = target;
        this.jobSeconds = jobSeconds;
        this.idleSeconds = idleSeconds;
    }

    void arrive(int jobs) {
        for (int i = 0; i < jobs; i++) {
            waiting.add(now);
        }
    }

    /** One second passes. */
    void step() {
        workers.removeIf(this::hasLeft);
        for (Worker worker : workers) {
            work(worker);
        }
        if (now % POLL_SECONDS == 0) {
            poll();
        }
        mostWorkers = Math.max(mostWorkers, workers.size());
        now++;
    }

    void steps(int seconds) {
        for (int i = 0; i < seconds; i++) {
            step();
        }
    }

    private boolean hasLeft(Worker worker) {
        return worker.busyUntil < 0
                && now >= worker.readyAt
                && now - Math.max(worker.idleSince, worker.readyAt) >= idleSeconds
                && waiting.isEmpty();
    }

    private void work(Worker worker) {
        if (worker.busyUntil >= 0 && now >= worker.busyUntil) {
            worker.busyUntil = -1;
            worker.idleSince = now;
            ended++;
        }
        if (worker.busyUntil < 0 && now >= worker.readyAt && !waiting.isEmpty()) {
            longestWait = Math.max(longestWait, now - waiting.remove());
            worker.busyUntil = now + jobSeconds;
        }
    }

    private void poll() {
        int metric = ScalingRule.flex(demand(), target);
        if (metric < busy() - target.active()) {
            throw new AssertionError(
                    "%d flex workers were asked for while %d are busy".formatted(metric, busy()));
        }
        int toStart = Math.min(target.max(), metric) - workers.size();
        for (int i = 0; i < toStart; i++) {
            var worker = new Worker();
            worker.readyAt = now + Math.toIntExact(target.coldStart().toSeconds());
            worker.idleSince = worker.readyAt;
            workers.add(worker);
            started++;
        }
    }

    private Demand demand() {
        long patience = target.patience().toSeconds();
        return new Demand(
                waiting.size(),
                busy(),
                waiting.stream().filter(since -> now - since >= patience).count(),
                Duration.ofSeconds(waiting.isEmpty() ? 0 : now - waiting.element()),
                workers.size(),
                0,
                Optional.of(Duration.ofSeconds(jobSeconds)));
    }

    int busy() {
        return (int) workers.stream().filter(worker -> worker.busyUntil >= 0).count();
    }

    int workers() {
        return workers.size();
    }

    int started() {
        return started;
    }

    int ended() {
        return ended;
    }

    int mostWorkers() {
        return mostWorkers;
    }

    int longestWait() {
        return longestWait;
    }
}
