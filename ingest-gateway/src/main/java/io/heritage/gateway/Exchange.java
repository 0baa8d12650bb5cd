package io.heritage.gateway;

import io.helidon.webserver.http.ServerRequest;
import io.heritage.schemas.JobId;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Log line of one request: who asked for what, never its content. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ServerRequest request;
    private final long began = System.nanoTime();
    private @Nullable String owner;
    private @Nullable Call call;
    private @Nullable JobId submitted;
    private @Nullable InputStream body;
    private long bytes;

    Exchange(ServerRequest request) {
        this.request = request;
    }

    ServerRequest request() {
        return request;
    }

    /**
     * The body, as far as it was not read yet. The first call tells a client that asked ({@code
     * Expect}) to send it.
     *
     * @throws HttpFailure 400 if it is not encoded as the client says
     */
    InputStream body() {
        InputStream stream = body;
        try {
            if (stream == null) {
                stream = request.content().inputStream();
                body = stream;
            }
            return stream;
        } catch (UncheckedIOException e) {
            throw HttpFailure.badRequest(String.valueOf(e.getMessage()));
        }
    }

    void calledBy(String caller) {
        owner = caller;
    }

    void calls(Call found) {
        call = found;
    }

    void submitted(JobId id) {
        submitted = id;
    }

    void received(long bodyBytes) {
        bytes = bodyBytes;
    }

    /** Submissions and what went wrong at INFO, polls at DEBUG. */
    void log(String outcome) {
        boolean poll = submitted == null && outcome.equals("200");
        var entry =
                LOG.atLevel(poll ? Level.DEBUG : Level.INFO)
                        .addKeyValue("method", request.prologue().method().text())
                        .addKeyValue("outcome", outcome)
                        .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
                        .addKeyValue("bodyBytes", bytes)
                        .addKeyValue("owner", owner);
        if (call != null) {
            entry =
                    entry.addKeyValue("endpointId", call.endpoint().id())
                            .addKeyValue("operation", call.operation().path())
                            .addKeyValue("jobId", call.job().orElse(submitted));
        }
        entry.log("request");
    }
}
