package io.heritage.standalone.services;

import io.heritage.sink.Sink;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.time.Clock;
import java.util.List;

/** A sink alone. */
public final class SinkService implements AutoCloseable {
    private final OpenServices parts;
    private final Sink sink;

    private SinkService(OpenServices parts, Sink sink) {
        this.parts = parts;
        this.sink = sink;
    }

    public static SinkService start(HeritageConfig config)
            throws CannotStart, InvalidConfiguration {
        GatewayService.requirePort(config.sink().host(), config.sink().port(), "sink.port");
        return Service.starting(
                config,
                (transport, parts) -> new SinkService(parts, parts.add(sink(config, transport))));
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
