package io.heritage.processor;

import io.heritage.media.EncodedBy;
import io.heritage.processor.config.EncoderChoice;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.ResidencyConfig;
import io.heritage.processor.device.CheckpointFolder;
import io.heritage.processor.device.DeviceReport;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.device.TorchStart;
import io.heritage.processor.device.Watchdog;
import io.heritage.processor.interpolate.EngineLoader;
import io.heritage.processor.interpolate.InterpolateHandler;
import io.heritage.processor.interpolate.RifeEngine;
import io.heritage.processor.interpolate.RifeHolder;
import io.heritage.processor.interpolate.WanModels;
import io.heritage.processor.job.Heartbeat;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.Shutdown;
import io.heritage.processor.output.EncoderStart;
import io.heritage.processor.restore.RestoreHandler;
import io.heritage.processor.restore.RestoreModels;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running processor: one platform thread owns the device, loads the models and then runs jobs one
 * at a time. Closing it hands a running job back and frees the device.
 */
public final class Processor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Processor.class);

    /** Beyond the grace: time for a block of the network, then for the hand-over to Kafka. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(20);

    private final ProcessorConfig config;
    private final List<EndpointConfig> endpoints;
    private final ProcessorPorts ports;
    private final EngineLoader loader;
    private final Map<EndpointKind, JobHandler> given;
    private final Clock clock;
    private final Shutdown shutdown;
    private final Heartbeat heartbeat;
    private final Watchdog watchdog;
    private final Runnable onDeviceLost;
    private final QueueService queue;
    private volatile boolean deviceLost;
    private final Thread deviceThread;

    /** Device thread only. */
    private Runnable look = () -> {};

    private Processor(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            int startLimit,
            ProcessorPorts ports,
            EngineLoader loader,
            Map<EndpointKind, JobHandler> given,
            Runnable onDeviceLost,
            Clock clock) {
        this.config = config;
        this.endpoints = List.copyOf(endpoints);
        this.onDeviceLost = onDeviceLost;
        this.ports = ports;
        this.loader = loader;
        this.given = Map.copyOf(given);
        this.clock = clock;
        this.shutdown = new Shutdown(clock, config.grace());
        this.heartbeat =
                new Heartbeat(
                        ports.workers(),
                        config.worker(),
                        endpoints.stream().map(EndpointConfig::id).toList(),
                        config.heartbeat(),
                        clock);
        this.heartbeat.canLoad(new CheckpointFolder(config.models())::installed);
        this.deviceThread =
                Thread.ofPlatform().daemon().name("device-" + config.worker()).unstarted(this::own);
        this.watchdog = new Watchdog(deviceThread, config.hangTimeout(), this::giveDeviceUp);
        this.queue =
                new QueueService(
                        config,
                        this.endpoints,
                        startLimit,
                        ports,
                        this::isUrgent,
                        shutdown,
                        heartbeat,
                        watchdog,
                        clock);
    }

    /**
     * Checks before a start, without loading anything.
     *
     * @throws io.heritage.models.torch.TorchUnavailable if a GPU that the configuration names, or
     *     libtorch at all, cannot be used; says what to do
     * @throws io.heritage.processor.output.EncoderUnavailable if the encoder that it demands does
     *     not work here; says what to do
     */
    public static void requireDevices(ProcessorConfig config) {
        TorchStart.require(config.devices());
        if (config.encoder() == EncoderChoice.NVENC) {
            EncoderStart.of(config.encoder());
        }
    }

    /**
     * Returns at once; jobs are taken as soon as the models are loaded. If the device hangs or its
     * thread ends, the process exits with code {@value FatalExit#CODE}.
     *
     * @param startLimit a job that was started so often and never finished is failed
     * @param ports stay the caller's to close, after the processor
     */
    public static Processor start(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            int startLimit,
            ProcessorPorts ports,
            Clock clock) {
        return start(
                config, endpoints, startLimit, ports, RifeEngine::open, FatalExit::exit, clock);
    }

    /**
     * As {@link #start}, but with other handlers and without networks, for tests of everything
     * around the work.
     *
     * @param given by kind of endpoint, at least one
     */
    public static Processor startWith(
            Map<EndpointKind, JobHandler> given,
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            int startLimit,
            ProcessorPorts ports,
            Clock clock) {
        return started(
                new Processor(
                        config,
                        endpoints,
                        startLimit,
                        ports,
                        RifeEngine::open,
                        given,
                        FatalExit::exit,
                        clock));
    }

    static Processor start(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            int startLimit,
            ProcessorPorts ports,
            EngineLoader loader,
            Runnable onDeviceLost,
            Clock clock) {
        return started(
                new Processor(
                        config,
                        endpoints,
                        startLimit,
                        ports,
                        loader,
                        Map.of(),
                        onDeviceLost,
                        clock));
    }

    private static Processor started(Processor processor) {
        processor.heartbeat.start();
        processor.watchdog.start();
        processor.deviceThread.start();
        return processor;
    }

    /**
     * @return whether jobs are taken; false if that did not come true in time
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return queue.awaitReady(timeout);
    }

    /** Time without a job to take; empty while one runs, or none can be taken. */
    public Optional<Duration> idleFor() {
        return heartbeat.idleFor();
    }

    /** Whether models are loaded and jobs are taken. */
    public boolean isReady() {
        return queue.isReady() && isAlive();
    }

    /** Whether jobs are taken, or will be when the models are loaded. */
    public boolean isAlive() {
        return !deviceLost && deviceThread.isAlive();
    }

    /** Load errors, known once {@link #awaitReady} has returned true; empty if none. */
    public String problem() {
        return queue.problem();
    }

    /** Body of the device's thread. */
    private void own() {
        watchdog.begin();
        try {
            if (given.isEmpty()) {
                serveWithNetworks();
            } else {
                queue.serve(true, () -> "", () -> DeviceStatus.UNKNOWN, given, _ -> {});
            }
        } catch (InterruptedException _) {
            LOG.atWarn().addKeyValue("workerId", config.worker()).log("device thread interrupted");
        } catch (Throwable e) {
            LOG.atError()
                    .addKeyValue("workerId", config.worker())
                    .setCause(e)
                    .log("device thread ended");
            if (!shutdown.isRequested()) {
                giveDeviceUp();
            }
        } finally {
            watchdog.end();
        }
    }

    private void serveWithNetworks() throws InterruptedException {
        try (var runtime = new DeviceRuntime(config.devices(), config.threads());
                var rife = new RifeHolder(loader, config, runtime)) {
            ResidencyConfig residency = config.residency();
            var resident = new ResidentModels(runtime, residency.pin(), residency.loadTime());
            try (var restoring = new RestoreModels(config, runtime, resident);
                    var wan = new WanModels(config, runtime, resident, rife)) {
                Map<EndpointKind, JobHandler> handlers = handlers(rife, restoring, wan);
                var preload = new Preload(rife, restoring, wan, watchdog, shutdown);
                long began = System.nanoTime();
                boolean complete = rife.load() & preload.load(residency.preload());
                queue.loaded(Duration.ofNanos(System.nanoTime() - began), runtime.startTook());
                var report = new DeviceReport(rife::status, resident, runtime);
                look = report::look;
                report.look();
                queue.serve(
                        complete,
                        rife::problem,
                        report::last,
                        handlers,
                        opened -> opened.routeBy(resident));
            }
        }
    }

    /** Handles a device that this process cannot use any more. */
    private void giveDeviceUp() {
        deviceLost = true;
        heartbeat.unhealthy();
        onDeviceLost.run();
    }

    /** Called between two blocks of a network, when the device can be read too. */
    private boolean isUrgent() {
        look.run();
        return shutdown.isUrgent();
    }

    private Map<EndpointKind, JobHandler> handlers(
            RifeHolder rife, RestoreModels restoring, WanModels wan) {
        Map<EndpointKind, JobHandler> handlers = new EnumMap<>(EndpointKind.class);
        EncodedBy encodedBy = EncoderStart.of(config.encoder());
        handlers.put(
                EndpointKind.RESTORE,
                new RestoreHandler(
                        config,
                        encodedBy,
                        restoring,
                        rife::status,
                        ports.media(),
                        ports.results()));
        handlers.put(
                EndpointKind.INTERPOLATE,
                new InterpolateHandler(
                        config,
                        encodedBy,
                        enginesOf(endpoints),
                        rife,
                        wan,
                        ports.media(),
                        ports.results(),
                        RandomGenerator.getDefault(),
                        clock));
        return handlers;
    }

    private static Map<EndpointId, EndpointConfig.Engine> enginesOf(List<EndpointConfig> all) {
        return all.stream()
                .collect(Collectors.toUnmodifiableMap(EndpointConfig::id, EndpointConfig::engine));
    }

    /** Returns when the device is free, at the latest some seconds after the grace. Idempotent. */
    @Override
    public void close() {
        shutdown.request();
        try {
            if (!deviceLost && !deviceThread.join(config.grace().plus(STOP_WAIT))) {
                LOG.atError()
                        .addKeyValue("workerId", config.worker())
                        .log("device thread does not stop; its job will be redelivered");
                deviceThread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.close();
            heartbeat.close();
        }
    }
}
