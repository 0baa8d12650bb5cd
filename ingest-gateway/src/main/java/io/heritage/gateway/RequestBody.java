package io.heritage.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of a request, for whoever reads it and for whoever reads what is left of it. */
final class RequestBody {
    private static final Set<String> KNOWN = Set.of("identity", "gzip", "x-gzip");

    private final ServerRequest request;
    private @Nullable InputStream stream;

    RequestBody(ServerRequest request) {
        this.request = request;
    }

    /**
     * The body, as far as it was not read yet. The first call tells a client that asked ({@code
     * Expect}) to send it.
     *
     * @throws HttpFailure 400 if it is not encoded as the client says
     */
    InputStream stream() {
        InputStream opened = stream;
        requireKnownEncoding();
        try {
            if (opened == null) {
                opened = request.content().inputStream();
                stream = opened;
            }
            return opened;
        } catch (UncheckedIOException e) {
            throw HttpFailure.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private void requireKnownEncoding() {
        String encoding =
                request.headers().contains(HeaderNames.CONTENT_ENCODING)
                        ? request.headers().get(HeaderNames.CONTENT_ENCODING).get().strip()
                        : "";
        if (!encoding.isEmpty() && !KNOWN.contains(encoding.toLowerCase(Locale.ROOT))) {
            throw HttpFailure.badRequest(
                    "Content-Encoding: expected gzip or none, found '" + encoding + "'");
        }
    }
}
