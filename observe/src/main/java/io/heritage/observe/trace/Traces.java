package io.heritage.observe.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates spans. Without an endpoint nothing is recorded and no thread runs, but a client's trace
 * is still passed on through queue and webhook. Safe for use by any number of threads.
 */
public final class Traces implements AutoCloseable {
    static final String ENDPOINT_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TRACES_VARIABLE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final String SCOPE = "io.heritage";

    private final Tracer tracer;
    private final Runnable close;

    private Traces(OpenTelemetry telemetry, Runnable close) {
        this.tracer = telemetry.getTracer(SCOPE);
        this.close = close;
    }

    /** Records nothing. */
    public static Traces none() {
        return of(OpenTelemetry.noop());
    }

    /** Records with an SDK that the caller owns. */
    public static Traces of(OpenTelemetry telemetry) {
        return new Traces(telemetry, () -> {});
    }

    /**
     * Sends spans to the endpoint of the configuration or of the environment; if neither has one,
     * as {@link #none()}.
     *
     * @param service name of this process in traces
     */
    public static Traces open(
            TracingConfig config, String service, Map<String, String> environment) {
        boolean wanted =
                !config.endpoint().isEmpty()
                        || !environment.getOrDefault(ENDPOINT_VARIABLE, "").isBlank()
                        || !environment.getOrDefault(TRACES_VARIABLE, "").isBlank();
        if (!wanted) {
            return none();
        }
        SpanExport export = SpanExport.start(config, service);
        return new Traces(export.telemetry(), export::close);
    }

    /**
     * A child of the trace that is named, or else of the span this thread is in; the first of a
     * trace if there is neither.
     */
    public TraceSpan begin(TraceSpan.Kind kind, String name, @Nullable String traceparent) {
        return begin(kind, name, TraceContext.read(traceparent));
    }

    /** As above, but records nothing without a trace to continue. */
    public TraceSpan goOn(TraceSpan.Kind kind, String name, @Nullable String traceparent) {
        Context around = TraceContext.read(traceparent);
        return Span.fromContext(around).getSpanContext().isValid()
                ? begin(kind, name, around)
                : new TraceSpan(Span.getInvalid(), around);
    }

    /** A child of another span. */
    public TraceSpan within(TraceSpan parent, String name) {
        return begin(TraceSpan.Kind.INTERNAL, name, parent.context());
    }

    /** A span that has ended already. */
    public void past(String name, @Nullable String traceparent, Instant from, Instant until) {
        Context around = TraceContext.read(traceparent);
        builder(TraceSpan.Kind.INTERNAL, name, around)
                .setStartTimestamp(from.isBefore(until) ? from : until)
                .startSpan()
                .end(until);
    }

    private TraceSpan begin(TraceSpan.Kind kind, String name, Context around) {
        return new TraceSpan(builder(kind, name, around).startSpan(), around);
    }

    private SpanBuilder builder(TraceSpan.Kind kind, String name, Context around) {
        return tracer.spanBuilder(name).setParent(around).setSpanKind(of(kind));
    }

    private static SpanKind of(TraceSpan.Kind kind) {
        return switch (kind) {
            case SERVER -> SpanKind.SERVER;
            case CLIENT -> SpanKind.CLIENT;
            case PRODUCER -> SpanKind.PRODUCER;
            case CONSUMER -> SpanKind.CONSUMER;
            case INTERNAL -> SpanKind.INTERNAL;
        };
    }

    /** Sends remaining spans for at most 10 s. */
    @Override
    public void close() {
        close.run();
    }
}
