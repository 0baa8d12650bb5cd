package io.heritage.standalone.services;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.TransportUnavailable;

/** What every part that runs alone does first. */
final class Service {
    private Service() {}

    /** Starts on a transport whose topics are there. */
    interface Start<T> {
        T on(KafkaTransport transport, OpenServices parts) throws CannotStart;
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
        var parts = new OpenServices();
        try {
            KafkaTransport transport = parts.add(KafkaTransport.open(config.kafka()));
            transport.createTopics(config.endpoints().keySet());
            return start.on(transport, parts);
        } catch (TransportUnavailable e) {
            parts.close();
            throw new CannotStart("Kafka at " + servers + ": " + e.getMessage(), e);
        } catch (CannotStart | RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }
}
