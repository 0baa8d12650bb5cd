package io.heritage.sink.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;

/** Records a span for each answer to a gateway that belongs to a trace. */
public final class TracedReplies implements Filter {
    private static final HeaderName TRACEPARENT = HeaderNames.create(TraceContext.HEADER);

    private final Traces traces;

    public TracedReplies(Traces traces) {
        this.traces = traces;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        TraceSpan span =
                traces.goOn(
                        TraceSpan.Kind.SERVER,
                        "reply",
                        request.headers().first(TRACEPARENT).orElse(null));
        try (var _ = span.enter()) {
            chain.proceed();
            span.put("http.response.status_code", response.status().code());
        } finally {
            span.end();
        }
    }
}
