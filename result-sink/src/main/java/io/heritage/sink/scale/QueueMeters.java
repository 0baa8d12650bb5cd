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

    private final Set<EndpointId> endpoints;
    private final JobDirectory directory;
    private final OldestWait oldest;
    private final WorkerPresence workers;
    private final Supplier<Collection<LaneWindow>> windows;
    private final ToIntFunction<String> waitingForTurns;
    private final Meters meters;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-queue-meters").factory());

    /** How long the first job of a lane has waited. */
    @FunctionalInterface
    public interface OldestWait {
        Duration of(EndpointId endpoint, Lane lane) throws JobDirectory.NotServing;
    }

    /**
     * @param waitingForTurns how many jobs wait in the topic of those that wait for their turn
     */
    public QueueMeters(
            Set<EndpointId> endpoints,
            JobDirectory directory,
            OldestWait oldest,
            WorkerPresence workers,
            Supplier<Collection<LaneWindow>> windows,
            ToIntFunction<String> waitingForTurns,
            Meters meters) {
        this.endpoints = Set.copyOf(endpoints);
        this.directory = directory;
        this.oldest = oldest;
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

    private void look() {
        try {
            lanes();
            presence();
            jobs();
        } catch (RuntimeException e) { // recorded again, whatever it was
            LOG.atDebug().setCause(e).log("the state of the queues could not be recorded now");
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
            states.put(List.of(endpoint.value(), "running"), counts.running());
            states.put(List.of(endpoint.value(), "throttled"), counts.throttled());
            states.put(List.of(endpoint.value(), "unhealthy"), counts.unhealthy());
        }
        meters.rows(Metric.WORKERS, states);
    }

    private void jobs() {
        Map<List<String>, Long> states = new HashMap<>();
        Map<List<String>, Double> waits = new HashMap<>();
        try {
            for (EndpointId endpoint : endpoints) {
                JobCounters counters = directory.counters(endpoint);
                states.put(List.of(endpoint.value(), "in_queue"), counters.inQueue());
                states.put(List.of(endpoint.value(), "in_progress"), counters.inProgress());
                for (Lane lane : Lane.values()) {
                    waits.put(
                            List.of(endpoint.value(), lane.wireName()),
                            oldest.of(endpoint, lane).toMillis() / 1e3);
                }
            }
        } catch (JobDirectory.NotServing e) {
            states.clear();
            waits.clear();
        }
        meters.rows(Metric.QUEUE_JOBS, states);
        meters.rows(Metric.QUEUE_OLDEST, waits);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
