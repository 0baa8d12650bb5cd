package io.heritage.standalone.parts;

import io.heritage.sink.Sink;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.time.Clock;
import java.util.List;

/** A sink alone. */
public final class SinkPart implements AutoCloseable {
    private final OpenParts parts;
    private final Sink sink;

    private SinkPart(OpenParts parts, Sink sink) {
        this.parts = parts;
        this.sink = sink;
    }

    public static SinkPart start(HeritageConfig config) throws CannotStart, InvalidConfiguration {
        GatewayPart.requirePort(config.sink().host(), config.sink().port(), "sink.port");
        return Part.starting(
                config,
                (transport, parts) -> new SinkPart(parts, parts.add(sink(config, transport))));
    }

    static Sink sink(HeritageConfig config, KafkaTransport transport) {
        return Sink.start(
                config.sink(),
                config.kafka(),
                List.copyOf(config.endpoints().values()),
                transport,
                Clock.systemUTC());
    }

    public int port() {
        return sink.port();
    }

    @Override
    public void close() {
        parts.close();
    }
}
