package io.heritage.sink.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.heritage.http.ClientSocket;
import io.heritage.http.WatchedConnections;
import java.util.Objects;

/** Tracks the connection of each request, to notice when its caller disconnects. */
public final class Callers {
    /** Set by the thread that serves a connection, which ends with the connection. */
    private final ThreadLocal<ClientSocket> current = new ThreadLocal<>();

    /** The server's only selector of connections. */
    public ServerConnectionSelector selector() {
        return new WatchedConnections(socket -> {
            current.set(socket);
            return DataReader.create(socket);
        });
    }

    /**
     * The caller of the request that this thread is serving. The thread is interrupted as soon as
     * that caller hangs up.
     */
    ClientSocket watched() {
        ClientSocket caller = Objects.requireNonNull(current.get());
        caller.watch(Thread.currentThread()::interrupt);
        return caller;
    }
}
