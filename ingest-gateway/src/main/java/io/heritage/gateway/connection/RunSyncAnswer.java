package io.heritage.gateway.connection;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.error.FailureReply;
import io.heritage.http.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * The answer of {@code /runsync}. Usually head and body are sent together. On request the head,
 * with the job's id, is sent as soon as the job is durable. After that the status cannot report an
 * error any more: unless the body is the state of a job, the connection is closed, and the client
 * asks for the id.
 */
public final class RunSyncAnswer {
    /** Asks for the head ahead of the body, whatever its value. */
    static final HeaderName EARLY = HeaderNames.create("X-Heritage-Early-Id");

    /** White space that may precede JSON: the server sends no head without some body. */
    private static final byte[] BLANK = {' '};

    private final ServerRequest request;
    private final ServerResponse response;

    /** The rest of an answer whose head was sent. */
    private final Optional<OutputStream> begun;

    private RunSyncAnswer(
            ServerRequest request, ServerResponse response, Optional<OutputStream> begun) {
        this.request = request;
        this.response = response;
        this.begun = begun;
    }

    /**
     * Sends the head if the client wants it now.
     *
     * @param response has all headers of ours
     */
    public static RunSyncAnswer begin(ServerRequest request, ServerResponse response)
            throws IOException {
        if (!request.headers().contains(EARLY)) {
            return new RunSyncAnswer(request, response, Optional.empty());
        }
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        OutputStream out = response.outputStream();
        out.write(BLANK);
        out.flush();
        return new RunSyncAnswer(request, response, Optional.of(out));
    }

    /**
     * @param json state of the job
     */
    public void send(byte[] json) throws IOException {
        if (begun.isPresent()) {
            begun.get().write(json);
            begun.get().close();
        } else {
            response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
            response.send(GzipReplies.encoded(request, response, json));
        }
    }

    /**
     * Passes on the sink's answer.
     *
     * @throws CloseConnectionException if that is not the state of the job and the head is out, or
     *     if either side breaks off
     */
    public void pass(HttpResponse<InputStream> said) {
        if (begun.isEmpty()) {
            Relay.pass(said, response, body -> GzipReplies.encoded(request, response, body));
            return;
        }
        try (InputStream in = said.body()) {
            if (said.statusCode() != 200) {
                throw new CloseConnectionException(
                        "the sink answered %d after the head of a 200 was out"
                                .formatted(said.statusCode()));
            }
            in.transferTo(begun.get());
            begun.get().close();
        } catch (IOException e) {
            throw new CloseConnectionException("the answer of the sink broke off", e);
        }
    }
}
