package io.heritage.sink.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.heritage.http.ReaderContext;
import java.util.Objects;
import java.util.Set;

/** Puts a {@link Caller} between each socket and its HTTP/1.1 parser. */
public final class Callers implements ServerConnectionSelector {
    private final Http1ConnectionSelector http1 =
            Http1ConnectionSelector.builder().config(Http1Config.create()).build();

    /** Set by the thread that serves a connection, which ends with the connection. */
    private final ThreadLocal<Caller> current = new ThreadLocal<>();

    /** The caller of the request that this thread is serving. */
    Caller current() {
        return Objects.requireNonNull(current.get());
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

    /** Called before anything was read, since this is the server's only selector. */
    @Override
    public ServerConnection connection(ConnectionContext context) {
        var caller = new Caller(context.serverSocket());
        current.set(caller);
        return http1.connection(new ReaderContext(context, caller.reader()));
    }
}
