package io.heritage.transport;

import io.heritage.transport.memory.MemoryTransport;

import org.junit.jupiter.api.AfterEach;

import java.time.Clock;

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
