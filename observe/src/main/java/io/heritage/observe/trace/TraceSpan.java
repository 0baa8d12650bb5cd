package io.heritage.observe.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work within a trace. Its name and values are ids, sizes, and words of this program:
 * never what a client sent, nor the text of an error. Any thread.
 */
public final class TraceSpan {
    private final Span span;
    private final Context context;

    /**
     * @param around parent of the span
     */
    TraceSpan(Span span, Context around) {
        this.span = span;
        this.context = around.with(span);
    }

    /** The role of a piece of work in its trace. */
    public enum Kind {
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER,
        INTERNAL
    }

    public void name(String name) {
        span.updateName(name);
    }

    public void put(String key, String value) {
        span.setAttribute(key, value);
    }

    public void put(String key, long value) {
        span.setAttribute(key, value);
    }

    /**
     * Adds attributes of a Kafka record, by OpenTelemetry's conventions.
     *
     * @param type {@code send} or {@code process}
     * @param operation its name here
     */
    public void messaging(String type, String operation, String topic) {
        put("messaging.system", "kafka");
        put("messaging.operation.type", type);
        put("messaging.operation.name", operation);
        put("messaging.destination.name", topic);
    }

    /** Adds the place of the record in its topic. */
    public void partition(int partition) {
        put("messaging.destination.partition.id", Integer.toString(partition));
    }

    /**
     * @param error kind of error, a word of a fixed list or a status
     */
    public void failed(String error) {
        span.setAttribute("error.type", error);
        span.setStatus(StatusCode.ERROR);
    }

    /** Makes this the current span of the thread until the scope is closed. */
    public TraceScope enter() {
        return new TraceScope(context);
    }

    /** For continuing the trace elsewhere; null if there is none. */
    public @Nullable String traceparent() {
        return TraceContext.write(context);
    }

    public void end() {
        span.end();
    }

    Context context() {
        return context;
    }
}
