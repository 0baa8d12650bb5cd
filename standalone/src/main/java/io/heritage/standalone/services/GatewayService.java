package io.heritage.standalone.services;

import io.heritage.gateway.Gateway;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.List;

/** The gateway alone. */
public final class GatewayService implements AutoCloseable {
    private final OpenServices parts;
    private final Gateway gateway;

    private GatewayService(OpenServices parts, Gateway gateway) {
        this.parts = parts;
        this.gateway = gateway;
    }

    public static GatewayService start(HeritageConfig config)
            throws CannotStart, InvalidConfiguration {
        requirePort(config.gateway().host(), config.gateway().port(), "gateway.port");
        return Service.starting(
                config,
                (transport, parts) ->
                        new GatewayService(parts, parts.add(gateway(config, transport))));
    }

    static Gateway gateway(HeritageConfig config, KafkaTransport transport) {
        return Gateway.start(
                config.gateway(),
                List.copyOf(config.endpoints().values()),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
    }

    /** Found out before anything else is started: it is the mistake most often made. */
    static void requirePort(String host, int port, String setting) throws CannotStart {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new CannotStart(
                    "cannot listen on %s port %d (%s); stop what uses it or choose another with %s"
                            .formatted(host, port, e.getMessage(), setting),
                    e);
        }
    }

    public int port() {
        return gateway.port();
    }

    @Override
    public void close() {
        parts.close();
    }
}
