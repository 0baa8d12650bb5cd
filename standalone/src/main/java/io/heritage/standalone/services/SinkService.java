package io.heritage.standalone.services;

import io.heritage.sink.Sink;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/** A process with only a sink. */
public final class SinkService implements AutoCloseable {
    private final OpenServices services;
    private final Sink sink;

    private SinkService(OpenServices services, Sink sink) {
        this.services = services;
        this.sink = sink;
    }

    /**
     * @param notices takes messages about what the start waits for
     */
    public static SinkService start(HeritageConfig config, Consumer<String> notices)
            throws CannotStart, InvalidConfiguration, InterruptedException {
        GatewayService.requirePort(config.sink().host(), config.sink().port(), "sink.port");
        return Service.starting(
                "sink",
                config,
                notices,
                (transport, admin, services) ->
                        new SinkService(services, services.add(sink(config, transport, admin))));
    }

    static Sink sink(HeritageConfig config, KafkaTransport transport, AdminPort admin)
            throws CannotStart {
        RocksLibrary.load();
        Sink sink =
                StateDisk.starting(
                        config.sink().stateDir(),
                        () ->
                                Sink.start(
                                        config.sink(),
                                        config.kafka(),
                                        List.copyOf(config.endpoints().values()),
                                        transport,
                                        admin.meters(),
                                        admin.traces(),
                                        Clock.systemUTC()));
        admin.ready("sink", sink::ready);
        admin.scaling(sink.scaling());
        return sink;
    }

    public int port() {
        return sink.port();
    }

    @Override
    public void close() {
        services.close();
    }
}
