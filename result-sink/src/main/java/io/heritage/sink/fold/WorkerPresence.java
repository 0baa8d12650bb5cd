package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which workers are alive, and what they do. Safe for use by any number of threads. */
public final class WorkerPresence {
    /** Grace beyond the promised heartbeat, for a busy machine. */
    private static final Duration LATENESS = Duration.ofSeconds(2);

    /** How long a dead worker counts as unhealthy before it is removed. */
    static final Duration SHOWN_DEAD = Duration.ofMinutes(1);

    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(5);

    private final Clock clock;
    private final Predicate<WorkerId> drained;
    private final ConcurrentMap<WorkerId, Seen> workers = new ConcurrentHashMap<>();

    /** When a worker said last that it works on a job. */
    private final ConcurrentMap<JobId, Instant> workedOn = new ConcurrentHashMap<>();

    public WorkerPresence(Clock clock) {
        this(clock, _ -> false);
    }

    /**
     * @param drained which of them are to begin no job
     */
    public WorkerPresence(Clock clock, Predicate<WorkerId> drained) {
        this.clock = clock;
        this.drained = drained;
    }

    /**
     * @param heardAt by this process's clock, so that clocks of machines need not agree; of a
     *     heartbeat from before our start, the worker's own time
     * @param past from before our start: if nothing more comes, it ended when we were not there
     */
    private record Seen(WorkerStatus status, Instant heardAt, boolean past) {
        boolean isSilent(Instant now) {
            return silentFrom().isBefore(now);
        }

        boolean isDead(Instant now) {
            return past ? isSilent(now) : silentFrom().plus(SHOWN_DEAD).isBefore(now);
        }

        private Instant silentFrom() {
            return heardAt.plusMillis(status.heartbeatMillis()).plus(LATENESS);
        }
    }

    /** Heartbeats that the topic kept; their processes may be long gone. */
    public void past(WorkerStatus status) {
        Instant now = clock.instant();
        heard(status, status.at().isBefore(now) ? status.at() : now, true);
    }

    public void heartbeat(WorkerStatus status) {
        heard(status, clock.instant(), false);
    }

    private void heard(WorkerStatus status, Instant at, boolean past) {
        workers.put(status.worker(), new Seen(status, at, past));
        workers.values().removeIf(w -> w.heardAt().plus(FORGOTTEN_AFTER).isBefore(at));
        if (status.jobId() != null && status.phase() != Phase.STOPPED) {
            workedOn.merge(status.jobId(), at, (a, b) -> a.isAfter(b) ? a : b);
        }
        workedOn.values().removeIf(last -> last.plus(FORGOTTEN_AFTER).isBefore(at));
    }

    /** Last time, by this process's clock, at which a worker reported that it works on a job. */
    Optional<Instant> lastWorkedOn(JobId job) {
        return Optional.ofNullable(workedOn.get(job));
    }

    /**
     * Workers as RunPod counts them; one that is idle is ready too.
     *
     * @param throttled drained, and without a job
     */
    public record Counts(
            int idle, int initializing, int ready, int running, int throttled, int unhealthy) {}

    /**
     * A worker as this sink knows it.
     *
     * @param heardAt by this process's clock
     * @param silent whether its heartbeat is overdue
     * @param dead whether it is so overdue that the worker is gone
     */
    public record Present(WorkerStatus status, Instant heardAt, boolean silent, boolean dead) {}

    /** Workers with a recent heartbeat that have not stopped, ordered by id. */
    public List<Present> present(EndpointId endpoint) {
        Instant now = clock.instant();
        return of(endpoint)
                .filter(seen -> seen.status().phase() != Phase.STOPPED)
                .filter(seen -> !seen.heardAt().plus(FORGOTTEN_AFTER).isBefore(now))
                .map(seen ->
                        new Present(
                                seen.status(),
                                seen.heardAt(),
                                seen.isSilent(now),
                                seen.isDead(now)))
                .sorted(Comparator.comparing(worker -> worker.status().worker().value()))
                .toList();
    }

    /** Whether its heartbeat is recent. */
    public boolean isPresent(WorkerId worker) {
        Seen seen = workers.get(worker);
        return seen != null && !seen.heardAt().plus(FORGOTTEN_AFTER).isBefore(clock.instant());
    }

    public Counts counts(EndpointId endpoint) {
        Instant now = clock.instant();
        int idle = 0;
        int initializing = 0;
        int running = 0;
        int throttled = 0;
        int unhealthy = 0;
        for (Seen seen : of(endpoint).filter(w -> !w.isDead(now)).toList()) {
            if (seen.status().phase() != Phase.STOPPED && seen.isSilent(now)) {
                unhealthy++;
                continue;
            }
            switch (seen.status().phase()) {
                case IDLE -> {
                    boolean off = drained.test(seen.status().worker());
                    throttled += off ? 1 : 0;
                    idle += off ? 0 : 1;
                }
                case INITIALIZING -> initializing++;
                case RUNNING -> running++;
                case UNHEALTHY -> unhealthy++;
                case STOPPED -> {}
            }
        }
        return new Counts(idle, initializing, idle, running, throttled, unhealthy);
    }

    /** Workers that fell silent before they ever took a job, within the last minutes. */
    public int deadBeforeReady(EndpointId endpoint) {
        Instant now = clock.instant();
        return (int)
                of(endpoint)
                        .filter(seen -> seen.status().phase() == Phase.INITIALIZING)
                        .filter(seen -> seen.isSilent(now))
                        .filter(seen -> !seen.heardAt().plus(FORGOTTEN_AFTER).isBefore(now))
                        .count();
    }

    private Stream<Seen> of(EndpointId endpoint) {
        return workers.values().stream().filter(w -> w.status().endpoints().contains(endpoint));
    }
}
