package io.heritage.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.OptionalLong;

/** Passes a sink's answer on to the client: status, content type, length and body. */
final class SinkPipe {
    private static final int BUFFER = 64 << 10;

    private SinkPipe() {}

    /**
     * @throws CloseConnectionException if either side breaks off, so that the client sees a cut
     *     connection instead of half an answer
     */
    static void pass(HttpResponse<InputStream> answer, ServerResponse response) {
        response.status(Status.create(answer.statusCode()));
        answer.headers()
                .firstValue("Content-Type")
                .ifPresent(type -> response.header(HeaderNames.CONTENT_TYPE, type));
        answer.headers()
                .firstValue("Retry-After")
                .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, seconds));
        OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
        try (InputStream in = answer.body()) {
            if (length.isPresent() && length.getAsLong() <= BUFFER) {
                response.send(in.readAllBytes());
            } else {
                length.ifPresent(bytes -> response.headers().contentLength(bytes));
                stream(in, response);
            }
        } catch (IOException e) {
            throw new CloseConnectionException("the answer broke off on its way", e);
        }
    }

    /** The stream is not closed when it fails: closing it would end the reply as if complete. */
    private static void stream(InputStream in, ServerResponse response) throws IOException {
        OutputStream out = response.outputStream();
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
        out.close();
    }
}
