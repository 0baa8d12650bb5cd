package io.heritage.gateway;

import io.helidon.http.BadRequestException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.call.RequestLog;
import io.heritage.gateway.call.RequestMeters;
import io.heritage.gateway.call.RequestSpan;
import io.heritage.gateway.connection.ClientConnection;
import io.heritage.gateway.connection.ClientConnections;
import io.heritage.gateway.error.BodyBroken;
import io.heritage.gateway.error.ClientGone;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.error.UnavailableLog;
import io.heritage.gateway.submit.RequestBody;
import io.heritage.observe.trace.Traces;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.DiskFull;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry of every request; turns every exception into an error reply. */
final class ErrorFilter implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorFilter.class);

    /** Bytes of a refused body that are read, so that its sender receives the answer. */
    private static final long MAX_DRAINED = 64L << 20;

    private static final Duration MAX_DRAINING = Duration.ofSeconds(10);

    /** Most refused bodies that are read at once; further senders are disconnected. */
    private static final int MOST_DRAINING = 64;

    private static final int SCRATCH = 8 << 10;

    private final RunPodHandler handler;
    private final CorsFilter crossOrigin;
    private final ClientConnections connections;
    private final RequestMeters meters;
    private final Traces traces;
    private final UnavailableLog unavailable = new UnavailableLog(System::nanoTime);
    private final Semaphore draining = new Semaphore(MOST_DRAINING);

    ErrorFilter(
            RunPodHandler handler,
            CorsFilter crossOrigin,
            ClientConnections connections,
            RequestMeters meters,
            Traces traces) {
        this.connections = connections;
        this.meters = meters;
        this.traces = traces;
        this.handler = handler;
        this.crossOrigin = crossOrigin;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        ClientConnection client = connections.of(request); // throws before anything is begun
        var log = new RequestLog(request, meters, new RequestSpan(traces, request));
        var body = new RequestBody(request, client);
        client.inRequest(true);
        String outcome = "cut";
        try {
            connections.requireRoom(client);
            if (!crossOrigin.answer(request, response)) {
                handler.handle(request, response, body, log);
            }
            outcome = response.status().codeText();
        } catch (CloseConnectionException cut) {
            throw client.wasReset() ? unanswered() : cut;
        } catch (ClientGone gone) {
            outcome = "client gone";
            throw client.wasReset()
                    ? unanswered()
                    : new CloseConnectionException("the client disconnected", gone);
        } catch (Exception e) {
            var reply = FailureReply.of(e);
            outcome = Integer.toString(reply.status());
            if (reply.status() >= 500) {
                record(e);
            }
            refuse(request, body, response, reply, e instanceof BodyBroken);
        } finally {
            log.end(outcome);
            connections.served(client);
        }
        closeIfAsked(request, body, response, client);
    }

    private void record(Exception e) {
        switch (e) {
            case TransportUnavailable away -> unavailable.refused(away);
            case HttpFailure _, DiskFull _ -> {} // the reply says it all
            default -> LOG.atError().setCause(e).log("request failed");
        }
    }

    /** The server says that it will, and then waits for another request. */
    private void closeIfAsked(
            ServerRequest request,
            RequestBody body,
            ServerResponse response,
            ClientConnection client) {
        if (!client.isStream() && request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            if (!request.content().consumed() && !awaitsContinue(request)) {
                var _ = drained(body); // or its sender may not receive the answer
            }
            ((RoutingResponse) response).commit(); // or a stream is closed without its last chunk
            throw new CloseConnectionException("the client asked to close the connection");
        }
    }

    /** Whether the client sends no body before it is told to. */
    private static boolean awaitsContinue(ServerRequest request) {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent();
    }

    /**
     * Ends a stream of HTTP/2 without a frame, since none may follow a reset (RFC 9113, section
     * 5.4.2). The server resets a stream for any other exception, or answers it.
     */
    private static BadRequestException unanswered() {
        return new BadRequestException("the client has reset the stream");
    }

    /**
     * Answers, then reads what the client is still sending: closing a connection with unread bytes
     * resets it and loses the answer. If the rest is too long, the connection is closed.
     */
    private void refuse(
            ServerRequest request,
            RequestBody body,
            ServerResponse response,
            FailureReply reply,
            boolean broken) {
        if (connections.current().wasReset()) {
            throw unanswered();
        }
        if (response.isSent() || response.bytesWritten() > 0) {
            throw new CloseConnectionException("failed while answering: " + reply.message());
        }
        boolean unread = !request.content().consumed();
        boolean awaitsContinue = unread && awaitsContinue(request);
        response.status(Status.create(reply.status()));
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        boolean shared = connections.current().isStream(); // others go on
        if (!shared && (broken || awaitsContinue)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        if (RequestHead.isHead(request)) {
            response.headers().contentLength(reply.body().length);
            response.send();
        } else {
            response.send(reply.body());
        }
        if (!shared && (broken || awaitsContinue || (unread && !drained(body)))) {
            throw new CloseConnectionException("the rest of a refused body is not read");
        }
    }

    private boolean drained(RequestBody body) {
        if (!draining.tryAcquire()) {
            return false;
        }
        try {
            return readToEnd(body);
        } finally {
            draining.release();
        }
    }

    private static boolean readToEnd(RequestBody body) {
        long deadline = System.nanoTime() + MAX_DRAINING.toNanos();
        byte[] scratch = new byte[SCRATCH];
        long left = MAX_DRAINED;
        try {
            InputStream rest = body.stream();
            while (left > 0 && System.nanoTime() < deadline) {
                int read = rest.read(scratch);
                if (read < 0) {
                    return true;
                }
                left -= read;
            }
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("a refused body ended early");
        }
        return false;
    }
}
