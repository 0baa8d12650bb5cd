package io.heritage.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
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
        DataReader reader = readers.apply(new ClientSocket(context.serverSocket()));
        return http1.connection(new ReaderContext(context, reader));
    }
}
