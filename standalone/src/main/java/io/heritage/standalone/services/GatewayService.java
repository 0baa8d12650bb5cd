package io.heritage.standalone.services;

import io.heritage.gateway.Gateway;
import io.heritage.gateway.call.ApiKey;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A process with only a gateway. */
public final class GatewayService implements AutoCloseable {
    private final OpenServices services;
    private final Gateway gateway;

    private GatewayService(OpenServices services, Gateway gateway) {
        this.services = services;
        this.gateway = gateway;
    }

    /**
     * @param notices takes messages about what the start waits for
     */
    public static GatewayService start(HeritageConfig config, Consumer<String> notices)
            throws CannotStart, InvalidConfiguration, InterruptedException {
        requirePort(config.gateway().host(), config.gateway().port(), "gateway.port");
        return Service.starting(
                "gateway",
                config,
                notices,
                (transport, admin, services) ->
                        new GatewayService(
                                services, services.add(gateway(config, transport, admin))));
    }

    static Gateway gateway(HeritageConfig wanted, KafkaTransport transport, AdminPort admin) {
        HeritageConfig config = withinBucket(wanted, transport);
        return Gateway.start(
                config.gateway(),
                List.copyOf(config.endpoints().values()),
                transport.limitedMedia(config.endpoints().keySet()),
                transport.jobs(),
                transport.events(),
                admin.meters(),
                admin.traces(),
                Clock.systemUTC());
    }

    /** Limits uploads where keys share them, so that they do not wait at the bucket. */
    private static HeritageConfig withinBucket(HeritageConfig config, KafkaTransport transport) {
        OptionalInt most = transport.uploadsAtOnce();
        return most.isPresent() && most.getAsInt() < config.gateway().limits().uploads()
                ? config.with("gateway.limits.uploads", Integer.toString(most.getAsInt()))
                : config;
    }

    /** Checked before anything is started, because it is the most frequent mistake. */
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

    /** Reloads the gateway's keys when the file changes. */
    public void reloadKeys(Path file, KeyReload.Loader loader, List<ApiKey> keys) {
        services.add(KeyReload.start(file, loader, keys, gateway::useKeys));
    }

    public int port() {
        return gateway.port();
    }

    @Override
    public void close() {
        services.close();
    }
}
