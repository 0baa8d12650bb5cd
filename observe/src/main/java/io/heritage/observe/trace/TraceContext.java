package io.heritage.observe.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current span of this thread, in the format of W3C Trace Context. Of the client's headers only
 * {@code traceparent} is passed on: {@code tracestate} may hold anything.
 */
public final class TraceContext {
    /** Name of the header, of HTTP requests and of Kafka records. */
    public static final String HEADER = "traceparent";

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final TextMapGetter<String> ONLY_PARENT = new OnlyParent();

    private TraceContext() {}

    /** Value of the header; null if the work belongs to no trace. */
    public static @Nullable String current() {
        return write(Context.current());
    }

    /** Ids for a log line, trace and span in hexadecimal; null if there are none. */
    public static @Nullable Ids ids() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? new Ids(span.getTraceId(), span.getSpanId()) : null;
    }

    /** The ids of the trace in a log line. */
    public record Ids(String trace, String span) {}

    /**
     * Makes a trace the current one of this thread until the scope is closed.
     *
     * @param traceparent null or an invalid value keeps the current one
     */
    public static TraceScope enter(@Nullable String traceparent) {
        return new TraceScope(read(traceparent));
    }

    static Context read(@Nullable String traceparent) {
        return traceparent == null
                ? Context.current()
                : W3C.extract(Context.current(), traceparent, ONLY_PARENT);
    }

    static @Nullable String write(Context context) {
        if (!Span.fromContext(context).getSpanContext().isValid()) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        W3C.inject(
                context,
                headers,
                (carrier, key, value) -> {
                    if (carrier != null) {
                        carrier.put(key, value);
                    }
                });
        return headers.get(HEADER);
    }

    private static final class OnlyParent implements TextMapGetter<String> {
        @Override
        public Iterable<String> keys(String carrier) {
            return java.util.List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals(HEADER) ? carrier : null;
        }
    }
}
