package io.heritage.gateway.call;

import io.helidon.webserver.http.ServerRequest;
import io.heritage.schemas.JobId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Log entry of one request: caller and operation, never its content. */
public final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

    private final ServerRequest request;
    private final RequestMeters meters;
    private final RequestSpan span;
    private final long began = System.nanoTime();
    private @Nullable String owner;
    private @Nullable Call call;
    private @Nullable JobId submitted;
    private long bytes;

    /**
     * @param span begun on this thread, ended with the request
     */
    public RequestLog(ServerRequest request, RequestMeters meters, RequestSpan span) {
        this.span = span;
        this.request = request;
        this.meters = meters;
    }

    public void calledBy(String caller) {
        owner = caller;
    }

    public void calls(Call found) {
        call = found;
    }

    public void submitted(JobId id) {
        submitted = id;
    }

    public void received(long bodyBytes) {
        bytes = bodyBytes;
    }

    /** Submissions and errors at INFO, polls at DEBUG. */
    public void end(String outcome) {
        meters.ended(call, outcome, System.nanoTime() - began, bytes);
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
        span.end(call, submitted, outcome);
    }
}
