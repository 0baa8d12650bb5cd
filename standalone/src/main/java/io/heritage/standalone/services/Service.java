package io.heritage.standalone.services;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.TransportUnavailable;

/** What every service that runs alone does first. */
final class Service {
    private Service() {}

    /** Starts on a transport whose topics are there. */
    interface Start<T> {
        T on(KafkaTransport transport, OpenServices services) throws CannotStart;
    }

    static <T> T starting(HeritageConfig config, Start<T> start)
            throws CannotStart, InvalidConfiguration {
        String servers = config.kafka().bootstrapServers();
        if (servers.isBlank()) {
            throw InvalidConfiguration.of(
                    "kafka.bootstrap-servers",
                    "is not set; expected host:port of an existing Kafka (to run everything in one"
                            + " process: heritage up)");
        }
        var services = new OpenServices();
        try {
            KafkaTransport transport = services.add(KafkaTransport.open(config.kafka()));
            transport.createTopics(config.endpoints().keySet());
            return start.on(transport, services);
        } catch (TransportUnavailable e) {
            services.close();
            throw new CannotStart("Kafka at " + servers + ": " + e.getMessage(), e);
        } catch (CannotStart | RuntimeException | Error e) {
            services.close();
            throw e;
        }
    }
}
