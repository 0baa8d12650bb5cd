package io.heritage.gateway;

import io.helidon.http.Status;
import io.heritage.http.ClientSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sends. Reads that take too long are ended from outside, because the
 * server's sockets have no time-out.
 */
final class ClientConnection implements Supplier<byte[]> {
    private final ClientSocket socket;
    private final Thread owner = Thread.currentThread();
    private volatile long readingSince;
    private volatile boolean inBody;
    private volatile boolean inRequest;
    private volatile long idleSince = System.nanoTime();

    /** How long the server has waited for the present body, and what it got of it. */
    private volatile long bodyWaitNanos;

    private volatile long bodyBytes;
    private volatile String stalled = "";

    ClientConnection(ClientSocket socket) {
        this.socket = socket;
    }

    /** The next bytes; null at the end, which is what the parser expects. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        long since = System.nanoTime() | 1;
        readingSince = since;
        try {
            byte[] bytes = socket.get();
            count(bytes, since);
            return bytes;
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

    /** An answer is lost if its sender has more to send than was read, see {@link ClientSocket}. */
    void linger() {
        socket.linger();
    }

    boolean gone() {
        return socket.gone();
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
        if (inBody) {
            socket.answer(answer(status, why));
        }
        socket.close();
    }

    /** Closes a connection that is idle, to make room for another. */
    void closeIdle() {
        stalled = "the connection was idle";
        socket.close();
    }

    /** Answers that there are too many connections, whatever is asked, and closes. */
    void refuse() {
        socket.answer(answer(503, "too many connections are open and in use; try again"));
        socket.close();
    }

    /**
     * Watches for the client hanging up, until its next read; at most once a request.
     *
     * @param whenGone called on another thread
     */
    void watch(Runnable whenGone) {
        socket.watch(whenGone);
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
