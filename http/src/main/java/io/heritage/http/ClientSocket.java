package io.heritage.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a client. While a request waits for its answer, a separate thread already does the
 * next read, and so notices at once when the client disconnects. The bytes that it reads go to the
 * parser. One thread reads; any may call {@link #answer}, {@link #close} and {@link #gone}.
 */
public final class ClientSocket implements Supplier<byte[]> {
    private static final Duration MOST_LINGERING = Duration.ofSeconds(5);
    private static final long MOST_LINGERING_BYTES = 64L << 20;

    private final HelidonSocket socket;
    private final String id;
    private volatile Runnable whenEnded = () -> {};
    private volatile boolean gone;
    private volatile boolean lingers;
    private @Nullable CompletableFuture<byte @Nullable []> ahead;

    /**
     * @param id as the server's requests name their connection
     */
    public ClientSocket(HelidonSocket socket, String id) {
        this.socket = socket;
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** Runs once when the connection ends, on the thread that served it. */
    public void whenEnded(Runnable action) {
        whenEnded = action;
    }

    void ended() {
        gone = true;
        whenEnded.run();
    }

    /**
     * The next bytes; null at the end, which is what the parser expects.
     *
     * @throws ServerConnectionException if the connection broke or was closed
     * @throws CloseConnectionException if the thread is interrupted, which stays set
     */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
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

    /**
     * Watches for the client hanging up, until the next read; at most once between two reads.
     *
     * @param whenGone called on another thread
     */
    public void watch(Runnable whenGone) {
        if (ahead == null) {
            var read = new CompletableFuture<byte @Nullable []>();
            ahead = read;
            Thread.ofVirtual().name("client-watch").start(() -> readInto(read, whenGone));
        }
    }

    private void readInto(CompletableFuture<byte @Nullable []> read, Runnable whenGone) {
        try {
            byte[] bytes = socket.get();
            gone = bytes == null;
            read.complete(bytes);
        } catch (UncheckedIOException e) {
            gone = true;
            read.completeExceptionally(e);
        }
        if (gone) {
            whenGone.run();
        }
    }

    /** Whether the client is known to have hung up, or was cut off. */
    public boolean gone() {
        return gone;
    }

    /** Sends bytes directly, bypassing the server, whose thread may be blocked in a read. */
    public void answer(byte[] bytes) {
        try {
            socket.write(BufferData.create(bytes));
        } catch (UncheckedIOException e) {
            gone = true;
        }
    }

    /**
     * Reads the client's remaining bytes before closing the connection. Closing it with unread
     * bytes resets it and loses the answer.
     */
    public void linger() {
        lingers = true;
    }

    /** Called before the connection is closed, on the thread that serves it. */
    void drain() {
        if (!lingers || gone) {
            return;
        }
        Thread end = Thread.ofVirtual().name("client-linger").start(this::closeLater);
        try {
            long left = MOST_LINGERING_BYTES;
            for (byte[] bytes = socket.get(); bytes != null && left > 0; bytes = socket.get()) {
                left -= bytes.length;
            }
        } catch (UncheckedIOException e) {
            gone = true;
        } finally {
            end.interrupt();
        }
    }

    private void closeLater() {
        try {
            Thread.sleep(MOST_LINGERING);
            close();
        } catch (InterruptedException drained) {
            // in time
        }
    }

    /** Ends reads and writes in progress. */
    public void close() {
        gone = true;
        try {
            socket.close();
        } catch (UncheckedIOException e) {
            // it was closed already
        }
    }
}
