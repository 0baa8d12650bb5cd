/**
 * Traces of requests across processes. A process opens {@link
 * io.heritage.observe.trace.Traces} by its {@link io.heritage.observe.trace.TracingConfig}; only
 * with an endpoint a {@link io.heritage.observe.trace.SpanExport} loads OpenTelemetry's SDK and its
 * threads. Each piece of work is a {@link io.heritage.observe.trace.TraceSpan}, and within its
 * {@link io.heritage.observe.trace.TraceScope} a thread's {@link
 * io.heritage.observe.trace.TraceContext} says what records, calls and log lines belong to. None of
 * them throws for a value that a client sent, and none waits for a collector.
 */
@NullMarked
package io.heritage.observe.trace;

import org.jspecify.annotations.NullMarked;
