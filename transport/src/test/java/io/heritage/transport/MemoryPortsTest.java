package io.heritage.transport;

import io.heritage.transport.memory.MemoryTransport;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

class MemoryPortsTest extends PortContracts {
    private final Ports ports = new MemoryTransport(Clock.systemUTC());

    @Override
    Ports ports() {
        return ports;
    }

    @AfterEach
    void close() {
        ports.close();
    }
}
