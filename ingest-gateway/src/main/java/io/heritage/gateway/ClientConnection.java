package io.heritage.gateway;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sends. While a request waits for its answer, another thread can read
 * ahead; this is how a client that hung up is noticed. Reads that take too long are ended from
 * outside, because the server's sockets have no time-out.
 */
final class ClientConnection implements Supplier<byte[]> {
    private final HelidonSocket socket;
    private final Thread owner = Thread.currentThread();
    private volatile long readingSince;
    private volatile boolean inBody;
    private volatile boolean stalled;
    private volatile boolean gone;
    private @Nullable CompletableFuture<byte @Nullable []> ahead;

    ClientConnection(HelidonSocket socket) {
        this.socket = socket;
    }

    /** The next bytes; null at the end, which is what the parser expects. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        CompletableFuture<byte @Nullable []> begun = ahead;
        ahead = null;
        readingSince = System.nanoTime() | 1;
        try {
            return begun == null ? socket.get() : begun.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("cannot read from the client", e);
        } catch (ExecutionException e) {
            throw new ServerConnectionException("cannot read from the client", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted", e);
        } finally {
            readingSince = 0;
        }
    }

    /** Whether a body is being read; its sender gets an answer if it stalls. */
    void inBody(boolean reading) {
        inBody = reading;
    }

    boolean gone() {
        return gone;
    }

    boolean stalled() {
        return stalled;
    }

    /** Whether the thread that serves it has ended. */
    boolean ended() {
        return !owner.isAlive();
    }

    /** Ends a read that has lasted longer. Called by the sweeping thread. */
    void endReadOver(long nanos) {
        long since = readingSince;
        if (since == 0 || System.nanoTime() - since < nanos || stalled) {
            return;
        }
        stalled = true;
        try {
            if (inBody) {
                socket.write(BufferData.create(stallReply()));
            }
            socket.close();
        } catch (UncheckedIOException e) {
            gone = true;
        }
    }

    /**
     * Starts to watch for the client hanging up, until its next read; at most once a request.
     *
     * @param whenGone called on another thread
     */
    void watch(Runnable whenGone) {
        if (ahead != null) {
            return;
        }
        var read = new CompletableFuture<byte @Nullable []>();
        ahead = read;
        Thread.ofVirtual().name("client-watch").start(() -> readInto(read, whenGone));
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

    /** Written directly to the socket, because the server's thread is blocked in the read. */
    private static byte[] stallReply() {
        byte[] body = FailureReply.envelope(BodyStream.STALLED);
        String head =
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(Gateway.JSON, body.length);
        return (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
