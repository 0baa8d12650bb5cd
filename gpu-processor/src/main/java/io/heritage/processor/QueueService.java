package io.heritage.processor;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.device.Watchdog;
import io.heritage.processor.job.Admission;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.Cancellations;
import io.heritage.processor.job.Heartbeat;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.JobLoop;
import io.heritage.processor.job.Shutdown;
import io.heritage.processor.upload.S3Uploads;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Wire;
import io.heritage.transport.log.Controls;
import io.heritage.transport.queue.JobQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the queue, takes jobs, and rejoins when Kafka has failed. {@link #serve} runs on the thread
 * of the device.
 */
final class QueueService {
    private static final Logger LOG = LoggerFactory.getLogger(QueueService.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ProcessorConfig config;
    private final List<EndpointConfig> endpoints;
    private final int startLimit;
    private final ProcessorPorts ports;
    private final BooleanSupplier isUrgent;
    private final Shutdown shutdown;
    private final Heartbeat heartbeat;
    private final Watchdog watchdog;
    private final WorkerMeters meters;
    private final Clock clock;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile String problem = "";

    /**
     * @param startLimit a job that was started so often and never finished is failed
     * @param isUrgent asked between two blocks of a network: whether the job is to be given up
     */
    QueueService(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            int startLimit,
            ProcessorPorts ports,
            BooleanSupplier isUrgent,
            Shutdown shutdown,
            Heartbeat heartbeat,
            Watchdog watchdog,
            Clock clock) {
        this.config = config;
        this.endpoints = endpoints;
        this.startLimit = startLimit;
        this.ports = ports;
        this.isUrgent = isUrgent;
        this.shutdown = shutdown;
        this.heartbeat = heartbeat;
        this.watchdog = watchdog;
        this.meters = new WorkerMeters(ports.meters());
        this.clock = clock;
    }

    /**
     * @return whether jobs are taken; false if that did not come true in time
     */
    boolean awaitReady(Duration timeout) throws InterruptedException {
        return ready.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the queue is joined. */
    boolean isReady() {
        return ready.getCount() == 0;
    }

    /** Load errors when the queue was last joined; empty if none. */
    String problem() {
        return problem;
    }

    /** As {@link WorkerMeters#loaded}. */
    void loaded(Duration took, Duration libtorch) {
        meters.loaded(took, libtorch);
    }

    /**
     * Joins the queue, and rejoins after a pause whenever Kafka fails. Stops at a job that a later
     * version wrote: this processor takes no more jobs.
     *
     * @param complete whether everything was loaded
     * @param problems load errors, read each time the queue is joined
     * @param handlers by kind of endpoint
     * @param opened called with each queue that is joined, before a job of it is taken
     */
    void serve(
            boolean complete,
            Supplier<String> problems,
            Supplier<DeviceStatus> status,
            Map<EndpointKind, JobHandler> handlers,
            Consumer<JobQueue> opened)
            throws InterruptedException {
        watchdog.end();
        Duration pause = FIRST_PAUSE;
        while (!shutdown.isRequested()) {
            Instant joined = clock.instant();
            try (Cancellations cancellations =
                            Cancellations.follow(ports.commands(), ports.windows(), clock);
                    JobQueue queue = ports.queue().get();
                    var _ = Controls.follow(ports.controls(), now -> serve(queue, now))) {
                opened.accept(queue);
                problem = problems.get();
                heartbeat.ready(complete, meters.of(status));
                meters.ready();
                ready.countDown();
                loop(handlers, cancellations, queue, olderRecords()).run();
            } catch (Wire.LaterVersion e) {
                heartbeat.unhealthy();
                LOG.atError()
                        .addKeyValue("workerId", config.worker())
                        .setCause(e)
                        .log(
                                "a job of a later version waits: no more jobs are taken, update this processor");
                shutdown.await();
            } catch (RuntimeException | Error e) {
                heartbeat.unhealthy();
                if (clock.instant().isAfter(joined.plus(LONGEST_PAUSE))) {
                    pause = FIRST_PAUSE;
                }
                LOG.atError()
                        .addKeyValue("workerId", config.worker())
                        .addKeyValue("pauseMillis", pause.toMillis())
                        .setCause(e)
                        .log("queue failed; rejoining after a pause");
                shutdown.await(pause);
                pause = longer(pause);
            }
        }
    }

    /** Takes no jobs of paused endpoints, and none at all while drained. */
    private void serve(JobQueue queue, Controls now) {
        boolean drained = now.isDrained(config.worker());
        queue.serve(endpoint -> !drained && now.pausedSince(endpoint).isEmpty());
    }

    /** End offsets by topic, read before the first job is taken. */
    private Map<String, Long> olderRecords() {
        var windows = ports.windows();
        return windows.ends(windows.topics(endpoints.stream().map(EndpointConfig::id).toList()));
    }

    private JobLoop loop(
            Map<EndpointKind, JobHandler> handlers,
            Cancellations cancellations,
            JobQueue queue,
            Map<String, Long> older) {
        return new JobLoop(
                queue,
                ports.results()::requireDisk,
                new Admission(cancellations, ports.events(), startLimit, older, clock),
                (claim, number) ->
                        new Attempt(
                                claim,
                                number,
                                config.worker(),
                                ports.events(),
                                cancellations,
                                isUrgent,
                                watchdog,
                                ports.recordOf(claim, number, config.worker()),
                                clock),
                handlers,
                new S3Uploads(config.uploads(), ports.results()),
                heartbeat,
                watchdog,
                shutdown);
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
