package io.heritage.sink.scale;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.store.JobCounters;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.LaneWindow;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the state of queues and workers every few seconds, so that reading the page never waits.
 * While the fold does not serve, its numbers are removed: no number is better than an old one.
 */
public final class QueueMeters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueMeters.class);

    /** Label for jobs counted by an older version, which did not distinguish lanes. */
    private static final String NO_LANE = "earlier";

    private final Set<EndpointId> endpoints;
    private final Jobs jobs;
    private final WorkerPresence workers;
    private final Supplier<Collection<LaneWindow>> windows;
    private final ToIntFunction<String> waitingForTurns;
    private final Meters meters;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-queue-meters").factory());

    /** The jobs that this sink folds. */
    public interface Jobs {
        JobCounters counters(EndpointId endpoint) throws JobDirectory.NotServing;

        /** How long the first job of a lane has waited. */
        Duration oldest(EndpointId endpoint, Lane lane) throws JobDirectory.NotServing;

        /** Expected run time of a job; empty if unknown, or if no job may be taken. */
        Optional<Duration> meanExecution(EndpointId endpoint);
    }

    /**
     * @param waitingForTurns how many jobs wait in the topic of those that wait for their turn
     */
    public QueueMeters(
            Set<EndpointId> endpoints,
            Jobs jobs,
            WorkerPresence workers,
            Supplier<Collection<LaneWindow>> windows,
            ToIntFunction<String> waitingForTurns,
            Meters meters) {
        this.endpoints = Set.copyOf(endpoints);
        this.jobs = jobs;
        this.workers = workers;
        this.windows = windows;
        this.waitingForTurns = waitingForTurns;
        this.meters = meters;
    }

    public void start(Duration every) {
        var unused =
                thread.scheduleWithFixedDelay(
                        this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            lanes();
            presence();
            jobs();
        } catch (RuntimeException e) { // recorded again, whatever it was
            LOG.atDebug().setCause(e).log("queue metrics not recorded; will retry");
        }
    }

    private void lanes() {
        Map<List<String>, Long> lag = new HashMap<>();
        Map<List<String>, Long> used = new HashMap<>();
        Map<List<String>, Integer> limit = new HashMap<>();
        Map<List<String>, Integer> turns = new HashMap<>();
        for (LaneWindow window : windows.get()) {
            var topic = List.of(window.topic());
            if (Topics.isWaiting(window.topic())) { // no share group reads it
                turns.put(
                        List.of(Topics.lane(window.topic())),
                        waitingForTurns.applyAsInt(window.topic()));
                continue;
            }
            lag.put(topic, window.unfinished());
            used.put(topic, window.finishedAhead());
            limit.put(topic, window.limit());
        }
        meters.rows(Metric.SHARE_LAG, lag);
        meters.rows(Metric.SHARE_WINDOW_USED, used);
        meters.rows(Metric.SHARE_WINDOW_LIMIT, limit);
        meters.rows(Metric.QUEUE_TURNS, turns);
    }

    private void presence() {
        Map<List<String>, Integer> states = new HashMap<>();
        for (EndpointId endpoint : endpoints) {
            WorkerPresence.Counts counts = workers.counts(endpoint);
            states.put(List.of(endpoint.value(), "idle"), counts.idle());
            states.put(List.of(endpoint.value(), "initializing"), counts.initializing());
            states.put(List.of(endpoint.value(), "ready"), counts.ready());
            states.put(List.of(endpoint.value(), "running"), counts.running());
            states.put(List.of(endpoint.value(), "throttled"), counts.throttled());
            states.put(List.of(endpoint.value(), "unhealthy"), counts.unhealthy());
        }
        meters.rows(Metric.WORKERS, states);
    }

    private void jobs() {
        Map<List<String>, Long> states = new HashMap<>();
        Map<List<String>, Double> waits = new HashMap<>();
        Map<List<String>, Double> etas = new HashMap<>();
        try {
            for (EndpointId endpoint : endpoints) {
                JobCounters counters = jobs.counters(endpoint);
                for (Lane lane : Lane.values()) {
                    put(states, endpoint, lane.wireName(), counters.of(lane));
                    waits.put(
                            List.of(endpoint.value(), lane.wireName()),
                            jobs.oldest(endpoint, lane).toMillis() / 1e3);
                }
                if (!counters.ofNoLane().equals(JobCounters.OfLane.NONE)) {
                    put(states, endpoint, NO_LANE, counters.ofNoLane());
                }
                eta(endpoint, counters.inQueue())
                        .ifPresent(eta -> etas.put(List.of(endpoint.value()), eta));
            }
        } catch (JobDirectory.NotServing e) {
            states.clear();
            waits.clear();
            etas.clear();
        }
        meters.rows(Metric.QUEUE_JOBS, states);
        meters.rows(Metric.QUEUE_OLDEST, waits);
        meters.rows(Metric.QUEUE_ETA, etas);
    }

    private static void put(
            Map<List<String>, Long> states,
            EndpointId endpoint,
            String lane,
            JobCounters.OfLane counted) {
        states.put(List.of(endpoint.value(), lane, "in_queue"), counted.inQueue());
        states.put(List.of(endpoint.value(), lane, "in_progress"), counted.inProgress());
    }

    /** Seconds. Proportional to the jobs, so that values of several sinks can be added. */
    private Optional<Double> eta(EndpointId endpoint, long waiting) {
        WorkerPresence.Counts counts = workers.counts(endpoint);
        int serving = counts.idle() + counts.running();
        return serving == 0
                ? Optional.empty()
                : jobs.meanExecution(endpoint)
                        .map(mean -> waiting * (mean.toMillis() / 1e3) / serving);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
