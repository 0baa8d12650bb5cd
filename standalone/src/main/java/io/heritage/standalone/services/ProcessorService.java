package io.heritage.standalone.services;

import io.heritage.models.torch.TorchUnavailable;
import io.heritage.observe.Metric;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.output.EncoderUnavailable;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A process with only a processor. */
public final class ProcessorService implements AutoCloseable {
    private static final Duration IDLE_LOOKS = Duration.ofMillis(200);

    private final OpenServices services;
    private final Processor processor;

    private ProcessorService(OpenServices services, Processor processor) {
        this.services = services;
        this.processor = processor;
    }

    /**
     * @param notices takes messages about what the start waits for
     * @throws CannotStart if Kafka does not answer, or the configuration names a GPU or an encoder
     *     that cannot be used
     */
    public static ProcessorService start(HeritageConfig config, Consumer<String> notices)
            throws CannotStart, InvalidConfiguration, InterruptedException {
        requireDevices(config);
        return Service.starting(
                "processor",
                config,
                notices,
                (transport, admin, services) ->
                        new ProcessorService(
                                services, services.add(processor(config, transport, admin))));
    }

    static Processor processor(HeritageConfig config, KafkaTransport transport, AdminPort admin) {
        var age = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
        admin.meters().time(Metric.COLD_START, age, "process");
        Processor processor =
                Processor.start(
                        config.processor(),
                        List.copyOf(config.endpoints().values()),
                        config.sink().lostJobRetries() + 1,
                        ProcessorPorts.of(
                                transport,
                                config.endpoints().keySet(),
                                config.processor().worker(),
                                admin.meters(),
                                admin.traces()),
                        Clock.systemUTC());
        admin.live("processor", processor::isAlive);
        admin.ready("processor", processor::isReady);
        return processor;
    }

    /**
     * Checks devices before anything else is started.
     *
     * @throws CannotStart if the configuration names a GPU or an encoder that cannot be used
     */
    static void requireDevices(HeritageConfig config) throws CannotStart {
        try {
            Processor.requireDevices(config.processor());
        } catch (TorchUnavailable e) {
            throw new CannotStart(
                    "processor.device is %s: %s"
                            .formatted(config.processor().device(), e.getMessage()),
                    e);
        } catch (EncoderUnavailable e) {
            throw new CannotStart("processor.encoder is nvenc: " + e.getMessage(), e);
        }
    }

    /** Whether models are loaded and jobs are taken within the time. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return processor.awaitReady(timeout);
    }

    /** Returns when the worker has had no job for the given time since it was ready. */
    public void awaitIdle(Duration idle) throws InterruptedException {
        while (processor.idleFor().filter(time -> time.compareTo(idle) >= 0).isEmpty()) {
            Thread.sleep(IDLE_LOOKS);
        }
    }

    @Override
    public void close() {
        services.close();
    }
}
