package io.heritage.gateway;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends. While a request waits for its answer, the next read can be done ahead on a
 * thread of its own: this is how a client that went away is noticed.
 */
final class ClientConnection implements Supplier<byte[]> {
    private final HelidonSocket socket;
    private volatile boolean waiting;
    private volatile boolean gone;
    private @Nullable CompletableFuture<byte @Nullable []> ahead;

    ClientConnection(HelidonSocket socket) {
        this.socket = socket;
    }

    /** The next bytes; null at the end, which is what the parser expects. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        waiting = false;
        CompletableFuture<byte @Nullable []> begun = ahead;
        ahead = null;
        try {
            return begun == null ? socket.get() : begun.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("cannot read from the client", e);
        } catch (ExecutionException e) {
            throw new ServerConnectionException("cannot read from the client", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted", e);
        }
    }

    boolean gone() {
        return gone;
    }

    /**
     * Begins to look out for the client going away, until its next read; at most once a request.
     *
     * @param whenGone called on another thread
     */
    void watch(Runnable whenGone) {
        if (ahead != null) {
            return;
        }
        var read = new CompletableFuture<byte @Nullable []>();
        ahead = read;
        waiting = true;
        Thread.ofVirtual()
                .name("client-watch")
                .start(() -> {
                    readInto(read);
                    if (gone) {
                        whenGone.run();
                    }
                });
    }

    private void readInto(CompletableFuture<byte @Nullable []> read) {
        while (true) {
            try {
                byte[] bytes = socket.get();
                gone = bytes == null;
                read.complete(bytes);
                return;
            } catch (UncheckedIOException e) {
                boolean quiet = e.getCause() instanceof SocketTimeoutException;
                if (!quiet || !waiting) {
                    gone = !quiet;
                    read.completeExceptionally(e);
                    return;
                }
            }
        }
    }
}
