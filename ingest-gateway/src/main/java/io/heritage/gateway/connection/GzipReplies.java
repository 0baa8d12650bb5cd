package io.heritage.gateway.connection;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses JSON for clients that ask for it (RFC 9110, section 12.5.3). Answers that are streamed
 * stay as they are: what makes them large is media, which are compressed already, and their length
 * is announced.
 */
public final class GzipReplies {
    /** Smaller answers consist mostly of headers. */
    private static final int LEAST_BYTES = 1 << 10;

    private GzipReplies() {}

    /**
     * The body to send, whose headers it sets.
     *
     * @param response has its {@code Content-Type}
     */
    public static byte[] encoded(ServerRequest request, ServerResponse response, byte[] body) {
        boolean json =
                response.headers()
                        .first(HeaderNames.CONTENT_TYPE)
                        .filter(type -> type.startsWith("application/json"))
                        .isPresent();
        if (!json || body.length < LEAST_BYTES) {
            return body;
        }
        response.headers().add(HeaderNames.VARY, "Accept-Encoding");
        if (!isAskedFor(request)) {
            return body;
        }
        response.header(HeaderNames.CONTENT_ENCODING, "gzip");
        return compressed(body);
    }

    private static boolean isAskedFor(ServerRequest request) {
        return request
                .headers()
                .first(HeaderNames.ACCEPT_ENCODING)
                .map(value -> value.toLowerCase(Locale.ROOT).split(","))
                .stream()
                .flatMap(Arrays::stream)
                .map(coding -> coding.replace(" ", ""))
                .anyMatch(
                        coding -> coding.matches("(gzip|\\*)(;q=(1(\\.0*)?|0\\.\\d*[1-9]\\d*))?"));
    }

    private static byte[] compressed(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length / 2);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not break off", e);
        }
        return bytes.toByteArray();
    }
}
