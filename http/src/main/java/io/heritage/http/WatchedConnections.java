package io.heritage.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts a custom reader between each socket and its parser: for HTTP/1.1, and optionally for HTTP/2
 * with prior knowledge.
 */
public final class WatchedConnections implements ServerConnectionSelector {
    /** Most concurrent requests on one HTTP/2 connection. */
    static final int MOST_STREAMS = 100;

    /** Most unread body bytes of all streams of a connection. */
    private static final int WINDOW = 65_535;

    private static final int LARGEST_FRAME = 16 << 10;
    private static final int LARGEST_HEADERS = 16 << 10;
    private static final int MOST_RAPID_RESETS = 50;
    private static final Duration RESETS_WITHIN = Duration.ofSeconds(10);

    /** Time that a stream waits for its client's flow-control window before it is reset. */
    private static final Duration UNREAD_WITHIN = Duration.ofSeconds(15);

    /** No HTTP/1.1 method begins like this. */
    private static final byte[] PREFACE = "PRI".getBytes(StandardCharsets.US_ASCII);

    private final Http1ConnectionSelector http1 =
            Http1ConnectionSelector.builder().config(Http1Config.create()).build();
    private final Optional<Http2ConnectionSelector> http2;
    private final Function<ClientSocket, DataReader> readers;

    /**
     * Must be the server's only selector, so that no bytes were read before.
     *
     * @param readers called once a connection, on the thread that serves it and ends with it
     */
    public WatchedConnections(Function<ClientSocket, DataReader> readers) {
        this(readers, false);
    }

    /**
     * @param withHttp2 whether a client may speak HTTP/2; each of its requests is served by another
     *     thread than the connection
     */
    public WatchedConnections(Function<ClientSocket, DataReader> readers, boolean withHttp2) {
        this.readers = readers;
        this.http2 = withHttp2 ? Optional.of(http2()) : Optional.empty();
    }

    private static Http2ConnectionSelector http2() {
        return Http2ConnectionSelector.builder()
                .http2Config(
                        Http2Config.builder()
                                .maxConcurrentStreams(MOST_STREAMS)
                                .initialWindowSize(WINDOW)
                                .maxFrameSize(LARGEST_FRAME)
                                .maxHeaderListSize(LARGEST_HEADERS)
                                .maxRapidResets(MOST_RAPID_RESETS)
                                .rapidResetCheckPeriod(RESETS_WITHIN)
                                .flowControlTimeout(UNREAD_WITHIN)
                                .build())
                .build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        var protocols = new HashSet<>(http1.supportedApplicationProtocols());
        http2.ifPresent(also -> protocols.addAll(also.supportedApplicationProtocols()));
        return protocols;
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        HelidonSocket served = context.serverSocket();
        var socket = new ClientSocket(served, context.childSocketId());
        DataReader reader = readers.apply(socket);
        var watched = new ReaderContext(context, reader);
        return http2.isPresent()
                ? new Drained(new Chosen(http1, http2.get(), watched), socket)
                : new Drained(http1.connection(watched), socket);
    }

    /** Chooses by the first bytes, which its thread waits for. */
    private static final class Chosen implements ServerConnection {
        private final Http1ConnectionSelector http1;
        private final Http2ConnectionSelector http2;
        private final ReaderContext context;
        private final Thread owner = Thread.currentThread();
        private volatile @Nullable ServerConnection connection;

        Chosen(
                Http1ConnectionSelector http1,
                Http2ConnectionSelector http2,
                ReaderContext context) {
            this.http1 = http1;
            this.http2 = http2;
            this.context = context;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            ServerConnection chosen;
            try {
                chosen =
                        context.dataReader().startsWith(PREFACE)
                                ? http2.connection(context)
                                : http1.connection(context);
            } catch (DataReader.InsufficientDataAvailableException left) {
                return;
            }
            connection = chosen;
            chosen.handle(limit);
        }

        @Override
        public Duration idleTime() {
            ServerConnection chosen = connection;
            return chosen == null ? Duration.ZERO : chosen.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            ServerConnection chosen = connection;
            if (chosen == null) {
                owner.interrupt();
            } else {
                chosen.close(interrupt);
            }
        }
    }

    /** A connection whose client gets the last answer even if it is still sending. */
    private record Drained(ServerConnection connection, ClientSocket socket)
            implements ServerConnection {
        @Override
        public void handle(Limit limit) throws InterruptedException {
            try {
                connection.handle(limit);
                socket.drain();
            } finally {
                socket.ended();
            }
        }

        @Override
        public Duration idleTime() {
            return connection.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            connection.close(interrupt);
        }
    }
}
