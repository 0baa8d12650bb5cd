package io.heritage.gateway.submit;

import io.helidon.webserver.http.ServerRequest;
import io.heritage.gateway.call.RequestLog;
import io.heritage.gateway.connection.BodyStream;
import io.heritage.gateway.connection.ClientConnection;
import io.heritage.gateway.error.BodyBroken;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The body of a request, for its reader and for the code that reads the rest of it. */
public final class RequestBody {
    private final ServerRequest request;
    private final ClientConnection client;
    private @Nullable InputStream stream;

    public RequestBody(ServerRequest request, ClientConnection client) {
        this.request = request;
        this.client = client;
    }

    /**
     * The unread part of the body. The first call tells a client that sent {@code Expect} to send
     * the body.
     *
     * @throws HttpFailure 400 if it is not encoded as the client says
     */
    public InputStream stream() {
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

    /** Reads a body. */
    @FunctionalInterface
    public interface Reader {
        void read(BodyStream body) throws IOException, InvalidInput;
    }

    /**
     * Has it read, within its time and size.
     *
     * @param log learns how much was read
     * @return when the last of it came, by {@link System#nanoTime()}
     * @throws HttpFailure 400 if it is larger
     * @throws BodyBroken if it ends too early
     */
    public long read(long maxBytes, RequestLog log, Reader reader)
            throws IOException, InvalidInput {
        long length = request.headers().contentLength().orElse(-1);
        BodyStream.checkSize(length, maxBytes);
        var body = new BodyStream(stream(), client, maxBytes, length);
        client.inBody(true);
        try {
            reader.read(body);
            return body.arrivedAt();
        } finally {
            client.inBody(false);
            log.received(body.count());
        }
    }
}
