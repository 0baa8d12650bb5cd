package io.heritage.sink.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection. While a request waits, the next read is done ahead on a thread of
 * its own, which notices at once when the caller hangs up; what it read is handed to the parser.
 */
final class Caller implements Supplier<byte[]> {
    private final HelidonSocket socket;
    private volatile boolean gone;
    private @Nullable CompletableFuture<byte @Nullable []> ahead;

    Caller(HelidonSocket socket) {
        this.socket = socket;
    }

    /** The next bytes; null at the end, which is what {@link DataReader} expects. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        CompletableFuture<byte @Nullable []> begun = ahead;
        ahead = null;
        try {
            return begun == null ? socket.get() : begun.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("cannot read from the caller", e);
        } catch (ExecutionException e) {
            throw new ServerConnectionException("cannot read from the caller", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("the sink is closing", e);
        }
    }

    /** Interrupts the calling thread as soon as the caller hangs up. */
    void interruptWhenGone() {
        if (ahead == null) {
            Thread waiting = Thread.currentThread();
            var read = new CompletableFuture<byte @Nullable []>();
            ahead = read;
            Thread.ofVirtual().name("caller-watch").start(() -> readInto(read, waiting));
        }
    }

    boolean isGone() {
        return gone;
    }

    /** Ends what is being read from the caller or written to it. Any thread. */
    void hangUp() {
        gone = true;
        try {
            socket.close();
        } catch (UncheckedIOException e) {
            // it was closed already
        }
    }

    private void readInto(CompletableFuture<byte @Nullable []> read, Thread waiting) {
        try {
            byte[] bytes = socket.get();
            gone = bytes == null;
            read.complete(bytes);
        } catch (UncheckedIOException e) {
            gone = true;
            read.completeExceptionally(e);
        }
        if (gone) {
            waiting.interrupt();
        }
    }

    /** For the parser. */
    DataReader reader() {
        return DataReader.create(this);
    }
}
