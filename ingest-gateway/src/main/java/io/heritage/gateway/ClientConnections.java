package io.heritage.gateway;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.heritage.http.ClientSocket;
import io.heritage.http.WatchedConnections;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts {@link ClientConnection}, {@link OldRequests} and {@link SplitChunks} between socket and
 * HTTP/1.1 parser.
 */
final class ClientConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

    /** Set by the thread that serves a connection, which ends with the connection. */
    private final ThreadLocal<ClientConnection> current = new ThreadLocal<>();

    private final GatewayLimits limits;
    private final int mostConnections;
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-read-timeouts").factory());

    /**
     * @param readTimeout after which a client that sends nothing is cut off; up to a quarter later
     */
    ClientConnections(Duration readTimeout, GatewayLimits limits) {
        this.limits = limits;
        this.mostConnections = limits.mostConnections();
        long nanos = readTimeout.toNanos();
        var unused =
                sweeper.scheduleWithFixedDelay(
                        () -> sweep(nanos), nanos / 4, nanos / 4, TimeUnit.NANOSECONDS);
    }

    /** The connection of the request this thread is serving. */
    ClientConnection current() {
        return current.get();
    }

    /** The server's only selector of connections. */
    ServerConnectionSelector selector() {
        return new WatchedConnections(this::opened);
    }

    long idle() {
        return open.stream().filter(ClientConnection::idle).count();
    }

    long open() {
        return open.stream().filter(client -> !client.ended()).count();
    }

    private DataReader opened(ClientSocket socket) {
        var client = new ClientConnection(socket);
        current.set(client);
        open.add(client);
        if (open.size() > mostConnections) {
            makeRoom(client);
        }
        return new SplitChunks(new OldRequests(client));
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }

    /** Closes the connection that is idle for longest, or else refuses the new one. */
    private synchronized void makeRoom(ClientConnection newest) {
        open.removeIf(ClientConnection::ended);
        if (open.size() <= mostConnections) {
            return;
        }
        Optional<ClientConnection> idle =
                open.stream()
                        .filter(client -> client != newest && client.idle())
                        .min(Comparator.comparingLong(ClientConnection::idleSince));
        ClientConnection closed = idle.orElse(newest);
        open.remove(closed);
        if (closed == newest) {
            newest.refuse();
        } else {
            closed.closeIdle();
        }
    }

    private void sweep(long nanos) {
        for (ClientConnection client : open) {
            if (client.ended()) {
                open.remove(client);
            } else {
                endSlowRead(client, nanos);
            }
        }
    }

    /** One failure must not end the time-outs of all others. */
    private void endSlowRead(ClientConnection client, long nanos) {
        try {
            client.endSlowRead(nanos, limits);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("could not close a stalled connection");
        }
    }
}
