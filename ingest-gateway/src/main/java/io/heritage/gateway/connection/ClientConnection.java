package io.heritage.gateway.connection;

import io.helidon.http.Status;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.http.ClientSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sends. Reads that take too long are ended by another thread, because the
 * server's sockets have no time-out.
 *
 * <p>With HTTP/2 each request is a {@link #ofStream stream} with its own thread. The server does
 * not tell the thread that the connection has ended or stalled, and reads the rest of the body
 * after its handler. So a thread that waits for a body is interrupted, and a stream that is too
 * slow ends its connection.
 */
public final class ClientConnection implements Supplier<byte[]> {
    /** Resets that came before their streams were served; a client can send 50 in 10 s at most. */
    private static final int MOST_EARLY_RESETS = 200;

    private final ClientSocket socket;

    /** The connection that a stream shares with others; null if this is a connection. */
    private final @Nullable ClientConnection shared;

    /** The stream's number; 0 if this is a connection. */
    private final int number;

    private final Set<ClientConnection> streams = ConcurrentHashMap.newKeySet();
    private final NavigableSet<Integer> earlyResets = new ConcurrentSkipListSet<>();
    private final Thread owner = Thread.currentThread();
    private volatile Runnable whenGone = () -> {};
    private volatile long readingSince;
    private volatile boolean inBody;
    private volatile boolean inRequest;

    /** Whether it is a stream whose client wants no answer any more. */
    private volatile boolean reset;

    private volatile long idleSince = System.nanoTime();

    /** Requests of this connection's streams that are being served. */
    private final AtomicInteger requests = new AtomicInteger();

    /** Time that the server has waited for the current body, and the bytes received. */
    private volatile long bodyWaitNanos;

    private volatile long bodyBytes;
    private volatile String stalled = "";

    ClientConnection(ClientSocket socket) {
        this(socket, null, 0);
        socket.whenEnded(this::endStreams);
    }

    private ClientConnection(ClientSocket socket, @Nullable ClientConnection shared, int number) {
        this.socket = socket;
        this.shared = shared;
        this.number = number;
    }

    /** A stream of a connection, served by the calling thread. */
    ClientConnection ofStream(int stream) {
        var served = new ClientConnection(socket, this, stream);
        streams.add(served);
        if (earlyResets.remove(stream)) {
            served.leave();
        }
        if (gone()) { // it may have ended before the stream was among them
            served.endStream();
        }
        return served;
    }

    /** Handles the client's reset of a stream, which may not be served yet. The others continue. */
    void reset(int stream) {
        earlyResets.add(stream);
        if (earlyResets.size() > MOST_EARLY_RESETS) {
            earlyResets.pollFirst();
        }
        for (ClientConnection served : streams) {
            if (served.number == stream) {
                earlyResets.remove(stream);
                served.leave();
            }
        }
    }

    /** Ends the wait for a job; the server itself ends a read of the body. */
    private void leave() {
        reset = true;
        whenGone.run();
    }

    /** Identifies the connection in the server's requests. */
    String id() {
        return socket.id();
    }

    public boolean isStream() {
        return shared != null;
    }

    private void endStreams() {
        streams.forEach(ClientConnection::endStream);
    }

    /** Interrupts the wait for the body, in a handler or after it. */
    private void endStream() {
        whenGone.run();
        if (readingSince != 0 || !inRequest) {
            owner.interrupt();
        }
    }

    /**
     * Reads a piece of a body.
     *
     * @return as {@link InputStream#read(byte[], int, int)}; -1 too if the read was ended from
     *     outside
     */
    int read(InputStream body, byte[] into, int offset, int length) throws IOException {
        if (!isStream()) {
            return body.read(into, offset, length);
        }
        long since = System.nanoTime() | 1;
        readingSince = since;
        try {
            if (gone()) {
                return -1;
            }
            int read = body.read(into, offset, length);
            bodyWaitNanos += System.nanoTime() - since;
            bodyBytes += Math.max(0, read);
            return read;
        } finally {
            readingSince = 0;
        }
    }

    /** Whether the end of a body is its real end, not that of an aborted read. */
    boolean hasBrokenOff() {
        return isStream() && (gone() || !stalled.isEmpty());
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

    /** Whether a body is being read; its sender gets an answer if it stalls. */
    public void inBody(boolean reading) {
        bodyWaitNanos = 0;
        bodyBytes = 0;
        inBody = reading;
    }

    /** Whether a request is being served, from its headers to the end of its answer. */
    public void inRequest(boolean serving) {
        idleSince = System.nanoTime();
        if (shared != null && serving != inRequest) {
            shared.requests.addAndGet(serving ? 1 : -1);
        }
        inRequest = serving;
        if (shared != null && !serving) {
            shared.idleSince = idleSince;
        }
    }

    /** Requests of this stream's connection that are being served, including its own. */
    int requests() {
        return shared == null ? 1 : shared.requests.get();
    }

    boolean idle() {
        return !inRequest && streams.stream().noneMatch(stream -> stream.inRequest);
    }

    /** By {@link System#nanoTime()}; since when no request is being served. */
    long idleSince() {
        return idleSince;
    }

    /** An answer is lost if its sender has more to send than was read, see {@link ClientSocket}. */
    void linger() {
        if (!isStream()) {
            socket.linger();
        }
    }

    /** Whether the client is known to have hung up, was cut off, or has reset this stream. */
    public boolean gone() {
        return reset || socket.gone();
    }

    /** Whether it is a stream that its client has reset. */
    public boolean wasReset() {
        return reset;
    }

    /** Whether the connection has ended, with all of its streams. */
    boolean connectionGone() {
        return socket.gone();
    }

    /** Why the read of a body was aborted; empty if it was not. */
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
        streams.removeIf(ClientConnection::ended);
        long since = readingSince;
        long now = System.nanoTime();
        boolean isDone = isStream() && !inRequest; // the server reads the rest
        if ((since == 0 && !isDone) || !stalled.isEmpty()) {
            return;
        }
        boolean silent = since != 0 && now - since >= nanos && streams.isEmpty();
        if (silent || (idle() && now - idleSince >= nanos)) {
            cut(BodyStream.STALLED, 400);
        } else if (since != 0 && inBody && isSlow(bodyWaitNanos + now - since, limits)) {
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

    /** Closes the connection; a client that is sending a body gets the reason. */
    private void cut(String why, int status) {
        stalled = why;
        if (shared != null) {
            socket.close();
            shared.owner.interrupt(); // it may wait for room in what a stream has not read
            shared.endStreams();
            return;
        }
        if (inBody) {
            socket.answer(answer(status, why));
        }
        socket.close();
    }

    /** Closes an idle connection to make room for another. */
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
     * Watches for the client hanging up, until its next read.
     *
     * @param whenGone called on another thread, or at once; takes the place of the one given before
     *     for the same request
     */
    public void watch(Runnable whenGone) {
        this.whenGone = whenGone;
        if (!isStream()) { // the connection of a stream is read all the time
            socket.watch(() -> this.whenGone.run());
        }
        if (gone()) {
            whenGone.run();
        }
    }

    /** Bypasses the server, whose thread is blocked in the read. */
    private static byte[] answer(int status, String message) {
        byte[] body = FailureReply.envelope(message);
        String head =
                "HTTP/1.1 %s\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(Status.create(status), FailureReply.JSON, body.length);
        return (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
