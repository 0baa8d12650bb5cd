package io.heritage.gateway.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.http.ClientSocket;
import io.heritage.http.WatchedConnections;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts {@link ClientConnection}, {@link StreamResets}, {@link OldRequests} and {@link SplitChunks}
 * between socket and parser.
 */
public final class ClientConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

    /**
     * Most requests of one connection that are served at a time: twice the streams that may be
     * open, because one that was just answered or reset has not ended yet.
     */
    private static final int MOST_OF_A_CONNECTION = 200;

    /** Set by the thread that serves a connection, which ends with the connection. */
    private final ThreadLocal<ClientConnection> current = new ThreadLocal<>();

    private final boolean withHttp2;
    private final GatewayLimits limits;
    private final int mostConnections;
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();

    /** Requests of HTTP/2, and the connections that they may belong to. */
    private final Set<ClientConnection> streams = ConcurrentHashMap.newKeySet();

    private final ConcurrentMap<String, ClientConnection> ofStreams = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-read-timeouts").factory());

    /**
     * @param readTimeout after which a client that sends nothing is cut off; up to a quarter later
     * @param withHttp2 whether clients may speak it
     */
    public ClientConnections(Duration readTimeout, GatewayLimits limits, boolean withHttp2) {
        this.withHttp2 = withHttp2;
        this.limits = limits;
        this.mostConnections = limits.mostConnections();
        long nanos = readTimeout.toNanos();
        var unused =
                sweeper.scheduleWithFixedDelay(
                        () -> sweep(nanos), nanos / 4, nanos / 4, TimeUnit.NANOSECONDS);
    }

    /** The connection of the request this thread is serving. */
    public ClientConnection current() {
        return current.get();
    }

    /**
     * The connection of a new request. A stream of HTTP/2 becomes the {@link #current} one of its
     * thread, which ends with it.
     */
    public ClientConnection of(ServerRequest request) {
        ClientConnection known = current.get();
        if (known != null) {
            return known;
        }
        ClientConnection connection = ofStreams.get(request.socketId());
        if (connection == null) {
            throw new CloseConnectionException("the connection has ended");
        }
        ClientConnection stream = connection.ofStream(request.id());
        current.set(stream);
        streams.add(stream);
        return stream;
    }

    /**
     * Bounds the live streams of HTTP/2 by the number of connections that may be open, which bounds
     * HTTP/1.1 as well. A stream whose answer is sent but whose body is not read to its end counts.
     *
     * @throws HttpFailure 503
     */
    public void requireRoom(ClientConnection client) {
        if (client.isStream() && (isFull() || client.requests() > MOST_OF_A_CONNECTION)) {
            throw HttpFailure.unavailable("too many requests are under way; try again");
        }
    }

    private boolean isFull() {
        if (streams.size() <= mostConnections) {
            return false;
        }
        streams.removeIf(ClientConnection::ended);
        return streams.size() > mostConnections;
    }

    /** Called when the request has been answered. */
    public void served(ClientConnection client) {
        client.inRequest(false);
        if (client.isStream() && client.connectionGone()) {
            Thread.currentThread().interrupt(); // the server would wait for the rest of the body
        }
    }

    /** An answer to what is no request may be lost if more was sent than was read. */
    public void lingerIfAlone() {
        ClientConnection known = current.get();
        if (known != null) {
            known.linger();
        }
    }

    /** The server's only selector of connections. */
    public ServerConnectionSelector selector() {
        return new WatchedConnections(this::opened, withHttp2);
    }

    public long idle() {
        return open.stream().filter(ClientConnection::idle).count();
    }

    public long open() {
        return open.stream().filter(client -> !client.ended()).count();
    }

    public long streams() {
        return streams.stream().filter(stream -> !stream.ended()).count();
    }

    private DataReader opened(ClientSocket socket) {
        var client = new ClientConnection(socket);
        current.set(client);
        open.add(client);
        if (withHttp2) {
            ofStreams.put(client.id(), client);
        }
        if (open.size() > mostConnections) {
            makeRoom(client);
        }
        Supplier<byte[]> bytes = withHttp2 ? new StreamResets(client, client::reset) : client;
        return new SplitChunks(new OldRequests(bytes));
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }

    /** Closes the longest idle connection, or refuses the new one if none is idle. */
    private synchronized void makeRoom(ClientConnection newest) {
        open.stream().filter(ClientConnection::ended).forEach(this::forget);
        if (open.size() <= mostConnections) {
            return;
        }
        Optional<ClientConnection> idle =
                open.stream()
                        .filter(client -> client != newest && client.idle())
                        .min(Comparator.comparingLong(ClientConnection::idleSince));
        ClientConnection closed = idle.orElse(newest);
        forget(closed);
        if (closed == newest) {
            newest.refuse();
        } else {
            closed.closeIdle();
        }
    }

    private void forget(ClientConnection client) {
        open.remove(client);
        ofStreams.remove(client.id(), client);
    }

    private void sweep(long nanos) {
        for (ClientConnection client : open) {
            if (client.ended()) {
                forget(client);
            } else {
                endSlowRead(client, nanos);
            }
        }
        streams.removeIf(ClientConnection::ended);
        streams.forEach(client -> endSlowRead(client, nanos));
    }

    /** Logs failures, which must not end the time-outs of other connections. */
    private void endSlowRead(ClientConnection client, long nanos) {
        try {
            client.endSlowRead(nanos, limits);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("cannot close a stalled connection");
        }
    }
}
