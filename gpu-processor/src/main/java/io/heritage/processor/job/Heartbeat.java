package io.heritage.processor.job;

import io.heritage.processor.device.DeviceStatus;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.transport.log.WorkerBoard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the state of this worker to the worker board: at every change, combined for short jobs, and
 * on its own thread once per interval. The last state is {@link Phase#STOPPED}.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Duration MODELS_LOOKED_AT_EVERY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    /** Shorter jobs are not reported one by one. */
    private static final Duration PACE = Duration.ofMillis(100);

    /** Intervals without a heartbeat after which the worker counts as lost. */
    private static final int PATIENCE = 3;

    /** Null unless this runs from the packaged jars. */
    private static final @Nullable String VERSION =
            Heartbeat.class.getPackage().getImplementationVersion();

    private final WorkerBoard board;
    private final WorkerId worker;
    private final List<EndpointId> endpoints;
    private final Duration interval;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    private final Instant startedAt;
    private @Nullable Thread lookingAtModels;
    private volatile List<String> installed = List.of();
    private Phase phase = Phase.INITIALIZING;
    private long phaseSince = System.nanoTime();
    private Phase atRest = Phase.IDLE;
    private boolean joined = true;
    private @Nullable JobId job;
    private Supplier<DeviceStatus> device = () -> DeviceStatus.UNKNOWN;
    private long toldAt = System.nanoTime() - PACE.toNanos();
    private boolean toBeTold;

    public Heartbeat(
            WorkerBoard board,
            WorkerId worker,
            List<EndpointId> endpoints,
            Duration interval,
            Clock clock) {
        this.board = board;
        this.worker = worker;
        this.endpoints = List.copyOf(endpoints);
        this.interval = interval;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("heartbeat-" + worker).factory());
    }

    /**
     * @param models ids of the models that can be loaded. Called from time to time on a separate
     *     thread, because their folder may be on a network, which must not delay a heartbeat
     */
    public synchronized void canLoad(Supplier<List<String>> models) {
        installed = models.get();
        lookingAtModels =
                Thread.ofVirtual().name("models-of-" + worker).start(() -> lookAt(models));
    }

    private void lookAt(Supplier<List<String>> models) {
        while (true) {
            try {
                Thread.sleep(MODELS_LOOKED_AT_EVERY);
                installed = models.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("cannot read the folder of models");
            }
        }
    }

    public void start() {
        var _ =
                thread.scheduleAtFixedRate(
                        this::beat, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Reports that jobs are taken from now on.
     *
     * @param healthy false if an engine could not be loaded, so that some jobs will fail
     */
    public synchronized void ready(boolean healthy, Supplier<DeviceStatus> status) {
        device = status;
        atRest = healthy ? Phase.IDLE : Phase.UNHEALTHY;
        change(atRest(), null);
    }

    /**
     * @param all false while the worker is not a member of all of its queues
     */
    synchronized void joined(boolean all) {
        if (joined != all) {
            joined = all;
            if (job == null) {
                idle();
            }
        }
    }

    /** Reports that no jobs are taken, until {@link #ready}. */
    public synchronized void unhealthy() {
        change(Phase.UNHEALTHY, null);
    }

    synchronized void running(JobId id) {
        changeSoon(Phase.RUNNING, id);
    }

    synchronized void idle() {
        changeSoon(atRest(), null);
    }

    private Phase atRest() {
        return joined ? atRest : Phase.UNHEALTHY;
    }

    /** Time since which the worker waits for a job; empty while it does something else. */
    public synchronized Optional<Duration> idleFor() {
        return phase == Phase.IDLE
                ? Optional.of(Duration.ofNanos(System.nanoTime() - phaseSince))
                : Optional.empty();
    }

    private void change(Phase to, @Nullable JobId on) {
        if (phase != to) {
            phaseSince = System.nanoTime();
        }
        phase = to;
        job = on;
        beat();
    }

    /** Posts at once, unless the last change was just now. */
    private void changeSoon(Phase to, @Nullable JobId on) {
        if (phase != to) {
            phaseSince = System.nanoTime();
        }
        phase = to;
        job = on;
        long left = toldAt + PACE.toNanos() - System.nanoTime();
        if (left <= 0) {
            beat();
        } else if (!toBeTold && !thread.isShutdown()) {
            toBeTold = true;
            var _ = thread.schedule(this::beat, left, TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void beat() {
        toldAt = System.nanoTime();
        toBeTold = false;
        try {
            DeviceStatus now = device.get();
            board.post(
                    new WorkerStatus(
                            worker,
                            clock.instant(),
                            phase,
                            endpoints,
                            now.models(),
                            now.device(),
                            now.memoryBytes(),
                            now.memoryUsedBytes(),
                            job,
                            interval.toMillis() * PATIENCE,
                            startedAt,
                            VERSION,
                            installed));
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("workerId", worker).setCause(e).log("cannot send heartbeat");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            if (lookingAtModels != null) {
                lookingAtModels.interrupt();
            }
            change(Phase.STOPPED, null);
        }
    }
}
