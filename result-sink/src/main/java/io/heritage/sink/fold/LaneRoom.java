package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * Number of jobs that may wait in a shared lane: one for each worker that serves the endpoint. So
 * the next owner waits for one job per worker. If jobs are shorter, the number that workers run
 * within a second, because the sink reads each start before it gives the next turn. Any thread.
 */
public final class LaneRoom implements ToIntFunction<EndpointId> {
    private static final Duration AHEAD = Duration.ofSeconds(1);
    private static final Duration SHORTEST_RUN = Duration.ofMillis(10);
    private static final Duration FRESH = Duration.ofMillis(100);

    private final Function<EndpointId, WorkerPresence.Counts> workers;
    private final Function<EndpointId, Optional<Duration>> meanRun;
    private final LongSupplier nanoTime;
    private final Map<EndpointId, Known> known = new ConcurrentHashMap<>();

    /**
     * @param meanRun mean run time of an endpoint's recent jobs, if known
     * @param nanoTime as {@link System#nanoTime}
     */
    public LaneRoom(
            Function<EndpointId, WorkerPresence.Counts> workers,
            Function<EndpointId, Optional<Duration>> meanRun,
            LongSupplier nanoTime) {
        this.workers = workers;
        this.meanRun = meanRun;
        this.nanoTime = nanoTime;
    }

    private record Known(long at, int jobs) {}

    /** At least 1, so that the first worker finds a job. */
    @Override
    public int applyAsInt(EndpointId endpoint) {
        long now = nanoTime.getAsLong();
        Known before = known.get(endpoint);
        if (before != null && now - before.at() < FRESH.toNanos()) {
            return before.jobs();
        }
        int jobs = count(endpoint);
        known.put(endpoint, new Known(now, jobs));
        return jobs;
    }

    private int count(EndpointId endpoint) {
        WorkerPresence.Counts counts = workers.apply(endpoint);
        int serving = Math.max(1, counts.idle() + counts.running());
        long millis =
                meanRun.apply(endpoint)
                        .map(run -> Math.max(SHORTEST_RUN.toMillis(), run.toMillis()))
                        .orElse(AHEAD.toMillis());
        return (int) Math.max(serving, Math.ceilDiv(serving * AHEAD.toMillis(), millis));
    }
}
