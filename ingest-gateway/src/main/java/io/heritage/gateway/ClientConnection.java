package io.heritage.gateway;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.Status;
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
    private volatile boolean inRequest;
    private volatile long idleSince = System.nanoTime();

    /** How long the server has waited for the present body, and what it got of it. */
    private volatile long bodyWaitNanos;

    private volatile long bodyBytes;
    private volatile String stalled = "";
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
        long since = System.nanoTime() | 1;
        readingSince = since;
        try {
            byte[] bytes = begun == null ? socket.get() : begun.get();
            count(bytes, since);
            return bytes;
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

    private void count(byte @Nullable [] bytes, long since) {
        if (inBody && bytes != null) {
            bodyWaitNanos += System.nanoTime() - since;
            bodyBytes += bytes.length;
        }
    }

    /** Whether a body is being read, whose sender gets an answer if it stalls. */
    void inBody(boolean reading) {
        bodyWaitNanos = 0;
        bodyBytes = 0;
        inBody = reading;
    }

    /** Whether a request is being served, from its headers to the end of its answer. */
    void inRequest(boolean serving) {
        idleSince = System.nanoTime();
        inRequest = serving;
    }

    boolean idle() {
        return !inRequest;
    }

    /** By {@link System#nanoTime()}; since when no request is being served. */
    long idleSince() {
        return idleSince;
    }

    boolean gone() {
        return gone;
    }

    /** Why the read of a body was ended from outside; empty if it was not. */
    String stalled() {
        return stalled;
    }

    /** Whether the thread that serves it has ended. */
    boolean ended() {
        return !owner.isAlive();
    }

    /**
     * Ends the read of a client that is too slow. Called by the sweeping thread.
     *
     * @param nanos longest pause of a client, also from the end of one request to the headers of
     *     the next
     * @param limits least rate of a body
     */
    void endSlowRead(long nanos, GatewayLimits limits) {
        long since = readingSince;
        if (since == 0 || !stalled.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        if (now - since >= nanos || (idle() && now - idleSince >= nanos)) {
            cut(BodyStream.STALLED, 400);
        } else if (inBody && isSlow(bodyWaitNanos + now - since, limits)) {
            cut(
                    "the body arrived at less than %d bytes a second"
                            .formatted(limits.minBodyBytesPerSecond()),
                    408);
        }
    }

    private boolean isSlow(long waitedNanos, GatewayLimits limits) {
        return waitedNanos >= limits.bodyGrace().toNanos()
                && bodyBytes < (double) limits.minBodyBytesPerSecond() * waitedNanos / 1e9;
    }

    /** Closes the connection; whoever is sending a body is told why. */
    private void cut(String why, int status) {
        stalled = why;
        try {
            if (inBody) {
                socket.write(BufferData.create(answer(status, why)));
            }
            socket.close();
        } catch (UncheckedIOException e) {
            gone = true;
        }
    }

    /** Closes a connection that is idle, to make room for another. */
    void closeIdle() {
        stalled = "the connection was idle";
        try {
            socket.close();
        } catch (UncheckedIOException e) {
            gone = true;
        }
    }

    /** Answers that there are too many connections, whatever is asked, and closes. */
    void refuse() {
        try {
            socket.write(
                    BufferData.create(
                            answer(503, "too many connections are open and in use; try again")));
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

    /** Written past the server, whose thread is stuck in the read. */
    private static byte[] answer(int status, String message) {
        byte[] body = FailureReply.envelope(message);
        String head =
                "HTTP/1.1 %s\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(Status.create(status), Gateway.JSON, body.length);
        return (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
