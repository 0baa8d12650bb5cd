package io.heritage.gateway.call;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.TraceScope;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.JobId;
import org.jspecify.annotations.Nullable;

/**
 * One request as a span of its client's trace. What the thread does until its end belongs to it.
 * Begun and ended by the thread that answers.
 */
public final class RequestSpan {
    private static final HeaderName TRACEPARENT = HeaderNames.create(TraceContext.HEADER);

    private final TraceSpan span;
    private final TraceScope scope;
    private final String method;

    public RequestSpan(Traces traces, ServerRequest request) {
        method = request.prologue().method().text();
        span =
                traces.begin(
                        TraceSpan.Kind.SERVER,
                        "request",
                        request.headers().first(TRACEPARENT).orElse(null));
        scope = span.enter();
    }

    /**
     * @param call null for an unknown path, which is not recorded
     * @param outcome as {@link RequestLog#end} has it
     */
    void end(@Nullable Call call, @Nullable JobId submitted, String outcome) {
        if (call != null) {
            String operation = call.operation().path();
            span.name(method + " " + operation);
            span.put("http.request.method", method);
            span.put("heritage.endpoint", call.endpoint().id().value());
            JobId job = call.job().orElse(submitted);
            if (job != null) {
                span.put("heritage.job", job.value());
            }
        }
        boolean answered = Character.isDigit(outcome.charAt(0));
        if (answered) {
            span.put("http.response.status_code", Long.parseLong(outcome));
        }
        if (!answered || outcome.charAt(0) == '5') {
            span.failed(outcome);
        }
        scope.close();
        span.end();
    }
}
