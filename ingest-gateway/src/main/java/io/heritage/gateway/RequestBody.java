package io.heritage.gateway;

import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The body of a request, for its reader and for the code that reads the rest of it. */
final class RequestBody {
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
}
