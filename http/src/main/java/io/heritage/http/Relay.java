package io.heritage.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Passes on the answer of another server: status, content type, length and body. */
public final class Relay {
    private static final int BUFFER = 64 << 10;

    /** A stream of events has a comment every 15 s. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(40);

    private static final List<HeaderName> PASSED =
            List.of(
                    HeaderNames.CONTENT_TYPE,
                    HeaderNames.RETRY_AFTER,
                    HeaderNames.CONTENT_DISPOSITION,
                    HeaderNames.CONTENT_RANGE,
                    HeaderNames.ACCEPT_RANGES,
                    HeaderNames.ETAG,
                    HeaderNames.CACHE_CONTROL,
                    HeaderNames.create("X-Content-Type-Options"),
                    HeaderNames.create("Content-Security-Policy"),
                    HeaderNames.create("X-Heritage-Frame"),
                    HeaderNames.create("X-Heritage-Frames"),
                    HeaderNames.create("X-Heritage-Size"));

    private Relay() {}

    /**
     * Closes the answer's body.
     *
     * @throws CloseConnectionException if either side breaks off, so that the client sees a cut
     *     connection instead of half an answer
     */
    public static void pass(HttpResponse<InputStream> answer, ServerResponse response) {
        pass(answer, response, UnaryOperator.identity());
    }

    /**
     * As above.
     *
     * @param encoding of a body that is small enough to be sent as one, when the other headers are
     *     set
     */
    public static void pass(
            HttpResponse<InputStream> answer,
            ServerResponse response,
            UnaryOperator<byte[]> encoding) {
        OptionalLong length = head(answer, response);
        try (InputStream in = answer.body()) {
            if (length.isPresent() && length.getAsLong() <= BUFFER) {
                response.send(encoding.apply(in.readAllBytes()));
            } else {
                length.ifPresent(bytes -> response.headers().contentLength(bytes));
                stream(in, response, isLive(answer));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the answer of another server broke off", e);
        }
    }

    /** As {@link #pass} for a HEAD request: without the body. */
    public static void passHead(HttpResponse<InputStream> answer, ServerResponse response) {
        try (InputStream unread = answer.body()) {
            head(answer, response).ifPresent(bytes -> response.headers().contentLength(bytes));
            response.send();
        } catch (IOException e) {
            throw new CloseConnectionException("the answer of another server broke off", e);
        }
    }

    /** Aborts an answer from another thread, because its client is gone. */
    public static void cut(HttpResponse<InputStream> answer) {
        try {
            answer.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be cut", e);
        }
    }

    private static OptionalLong head(HttpResponse<InputStream> answer, ServerResponse response) {
        response.status(Status.create(answer.statusCode()));
        for (HeaderName header : PASSED) {
            answer.headers()
                    .firstValue(header.defaultCase())
                    .ifPresent(value -> response.header(header, value));
        }
        return answer.headers().firstValueAsLong("Content-Length");
    }

    /** The stream is not closed when it fails: closing it would end the reply as if complete. */
    private static void stream(InputStream in, ServerResponse response, boolean live)
            throws IOException {
        OutputStream out = response.outputStream();
        byte[] buffer = new byte[BUFFER];
        if (live) {
            streamLive(in, out, buffer);
        } else {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
        out.close();
    }

    private static void streamLive(InputStream in, OutputStream out, byte[] buffer)
            throws IOException {
        try (var watch = new SilenceWatch(in, LONGEST_SILENCE)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                watch.heard();
                out.write(buffer, 0, n);
                out.flush();
            }
        }
    }

    /** Server-sent events are passed on one by one. */
    private static boolean isLive(HttpResponse<InputStream> answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    }
}
