package io.heritage.transport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class KafkaPortsTest extends PortContracts {
    private final Ports ports;

    KafkaPortsTest(TestBroker broker) {
        ports = new KafkaPorts(broker.config(), SharedBroker.SHORT_LOCK);
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
