package io.heritage.standalone.services;

import io.heritage.observe.trace.Traces;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Connects a separate service to Kafka. */
final class Service {
    private Service() {}

    /** Starts on a transport whose topics exist. */
    interface Start<T> {
        T on(KafkaTransport transport, AdminPort admin, OpenServices services) throws CannotStart;
    }

    /**
     * @param part name of the service
     * @param notices takes messages about what the start waits for
     */
    static <T> T starting(
            String part, HeritageConfig config, Consumer<String> notices, Start<T> start)
            throws CannotStart, InvalidConfiguration, InterruptedException {
        String servers = config.kafka().bootstrapServers();
        if (servers.isBlank()) {
            throw InvalidConfiguration.of(
                    "kafka.bootstrap-servers",
                    "is not set; expected host:port of an existing Kafka (to run everything in one"
                            + " process: heritage up)");
        }
        RetentionCheck.require(config);
        var services = new OpenServices();
        try {
            AdminPort admin =
                    services.add(
                            AdminPort.open(
                                    config.admin(),
                                    Traces.open(
                                            config.tracing(),
                                            "heritage-" + part,
                                            System.getenv())));
            new KafkaWait(servers, notices).untilReachable();
            KafkaTransport transport =
                    services.add(
                            KafkaTransport.open(
                                    config.kafka(),
                                    config.mediaBucket(),
                                    admin.meters(),
                                    admin.traces()));
            BucketCheck.require(transport);
            transport.createTopics(config.endpoints().keySet());
            T started = start.on(transport, admin, services);
            services.add(admin.started());
            return started;
        } catch (TransportUnavailable e) {
            services.close();
            throw new CannotStart(
                    "Kafka at %s: %s%s".formatted(servers, e.getMessage(), cause(e)), e);
        } catch (CannotStart | InterruptedException | RuntimeException | Error e) {
            services.close();
            throw e;
        }
    }

    /** Kafka's message says which permission is missing. */
    private static String cause(TransportUnavailable e) {
        Throwable cause = e.getCause();
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? "" : " (" + cause.getMessage() + ")";
    }
}
