package io.heritage.standalone.services;

import io.heritage.gateway.Gateway;
import io.heritage.gateway.call.ApiKey;
import io.heritage.http.InternalSecret;
import io.heritage.observe.trace.Traces;
import io.heritage.processor.Processor;
import io.heritage.sink.Sink;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.GuardedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Broker, sink, gateway and processor in one process. Jobs run once {@link #start} returns. */
public final class Standalone implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOADED_WITHIN = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(20);

    /** Exit code of a process that its supervisor should restart. */
    private static final int START_AGAIN = 75;

    private final OpenServices services;
    private final Gateway gateway;
    private final GuardedBroker broker;
    private final Processor processor;
    private final AdminPort admin;

    private Standalone(
            OpenServices services,
            Gateway gateway,
            GuardedBroker broker,
            Processor processor,
            AdminPort admin) {
        this.admin = admin;
        this.services = services;
        this.gateway = gateway;
        this.broker = broker;
        this.processor = processor;
    }

    /**
     * Closes started services if it fails or is interrupted.
     *
     * @throws CannotStart if a port is taken, the data folder in use or not readable, or a GPU that
     *     the configuration names cannot be used
     */
    public static Standalone start(HeritageConfig config)
            throws CannotStart, InvalidConfiguration, InterruptedException {
        requireNoOtherKafka(config);
        RetentionCheck.require(config);
        ProcessorService.requireDevices(config);
        HostCheck.requireWritable(config.data());
        GatewayService.requirePort(
                config.gateway().host(), config.gateway().port(), "--port (0 takes a free one)");
        var services = new OpenServices();
        try {
            return start(config, services);
        } catch (CannotStart | InterruptedException | RuntimeException | Error e) {
            services.close();
            throw e;
        }
    }

    private static Standalone start(HeritageConfig wanted, OpenServices services)
            throws CannotStart, InterruptedException {
        AdminPort admin =
                services.add(
                        AdminPort.open(
                                wanted.admin(),
                                Traces.open(wanted.tracing(), "heritage", System.getenv())));
        GuardedBroker broker = services.add(broker(wanted));
        String secret = InternalSecret.random(new SecureRandom()).value();
        HeritageConfig config =
                withUploadSecret(wanted)
                        .with("kafka.bootstrap-servers", broker.bootstrapServers())
                        .with("sink.secret", secret)
                        .with("gateway.sink-secret", secret)
                        .with("sink.state-dir", wanted.data().resolve("sink").toString());
        KafkaTransport transport =
                services.add(
                        KafkaTransport.open(
                                config.kafka(),
                                config.mediaBucket(),
                                admin.meters(),
                                admin.traces()));
        BucketCheck.require(transport);
        transport.createTopics(config.endpoints().keySet());
        Sink sink = services.add(SinkService.sink(config, transport, admin));
        Gateway gateway =
                services.add(
                        GatewayService.gateway(
                                config.with("gateway.sink", "http://127.0.0.1:" + sink.port()),
                                transport,
                                admin));
        awaitReady(sink);
        Processor processor = services.add(ProcessorService.processor(config, transport, admin));
        if (!processor.awaitReady(LOADED_WITHIN)) {
            throw new CannotStart(
                    "the processor is not ready after %d min; the log says why"
                            .formatted(LOADED_WITHIN.toMinutes()));
        }
        services.add(admin.started());
        return new Standalone(services, gateway, broker, processor, admin);
    }

    /** Adds a generated secret, unless the configuration has one. */
    private static HeritageConfig withUploadSecret(HeritageConfig config) throws CannotStart {
        String gateway = config.gateway().uploadSecret();
        String processor = config.processor().uploadSecret();
        if (!gateway.isEmpty() || !processor.isEmpty()) {
            return config;
        }
        String secret = UploadSecretFile.read(config.data());
        return config.with("gateway.upload-secret", secret)
                .with("processor.uploads.secret", secret);
    }

    private static void awaitReady(Sink sink) throws CannotStart, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!sink.ready()) {
            if (System.nanoTime() > deadline) {
                throw new CannotStart(
                        "the sink is not ready after %d min; the log says why"
                                .formatted(READY_WITHIN.toMinutes()));
            }
            Thread.sleep(POLL);
        }
    }

    private static void requireNoOtherKafka(HeritageConfig config) throws InvalidConfiguration {
        if (!config.kafka().bootstrapServers().isBlank()) {
            throw InvalidConfiguration.of(
                    "kafka.bootstrap-servers",
                    "is set, but up brings its own broker; leave it out, or run heritage gateway,"
                            + " processor and sink against that Kafka");
        }
    }

    private static GuardedBroker broker(HeritageConfig config) throws CannotStart {
        try {
            return GuardedBroker.start(
                    config.data().resolve("broker"), config.durable(), Standalone::end);
        } catch (IOException e) {
            throw new CannotStart(String.valueOf(e.getMessage()), e);
        }
    }

    /** Ends the process, as Kafka would do silently: nothing can continue without the broker. */
    private static void end(String why) {
        System.err.println("heritage: " + why);
        Runtime.getRuntime().halt(START_AGAIN);
    }

    /** Why RIFE is unavailable; empty if it is not. */
    public String problem() {
        return processor.problem();
    }

    /** Reloads the gateway's keys when the file changes. */
    public void reloadKeys(Path file, KeyReload.Loader loader, List<ApiKey> keys) {
        services.add(KeyReload.start(file, loader, keys, gateway::useKeys));
    }

    /** Port of the gateway. */
    public int port() {
        return gateway.port();
    }

    /** Port of probes and metrics; empty if it is not open. */
    public OptionalInt adminPort() {
        return admin.port();
    }

    /** Address of the broker in this process. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() {
        services.close();
    }
}
