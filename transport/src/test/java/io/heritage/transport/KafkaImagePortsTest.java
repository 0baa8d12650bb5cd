package io.heritage.transport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same contracts against the image that the Kafka project publishes. */
@ExtendWith(KafkaImage.class)
class KafkaImagePortsTest extends PortContracts {
    private final Ports ports;

    KafkaImagePortsTest(KafkaImage.Running kafka) {
        ports =
                new KafkaPorts(
                        TestBroker.config(kafka.bootstrapServers()), SharedBroker.SHORT_LOCK);
    }

    @Override
    Ports ports() {
        return ports;
    }

    @AfterEach
    void close() {
        ports.close();
    }
}
