package io.heritage.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/** Puts a reader of one's own between each socket and its HTTP/1.1 parser. */
public final class WatchedConnections implements ServerConnectionSelector {
    private final Http1ConnectionSelector http1 =
            Http1ConnectionSelector.builder().config(Http1Config.create()).build();
    private final Function<ClientSocket, DataReader> readers;

    /**
     * It must be the server's only selector, so that nothing was read before.
     *
     * @param readers called once a connection, on the thread that serves it and ends with it
     */
    public WatchedConnections(Function<ClientSocket, DataReader> readers) {
        this.readers = readers;
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
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        var socket = new ClientSocket(context.serverSocket());
        DataReader reader = readers.apply(socket);
        return new Drained(http1.connection(new ReaderContext(context, reader)), socket);
    }

    /** A connection whose client gets the last answer, whatever it is still sending. */
    private record Drained(ServerConnection connection, ClientSocket socket)
            implements ServerConnection {
        @Override
        public void handle(Limit limit) throws InterruptedException {
            connection.handle(limit);
            socket.drain();
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
