/**
 * What belongs to one request, wherever it is worked on. In the order a process meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.observe.trace.TracingConfig}: where traces go, if anywhere;
 *   <li>{@link io.heritage.observe.trace.Traces}: opened once by a process;
 *   <li>{@link io.heritage.observe.trace.SpanExport}: OpenTelemetry's SDK and its threads, loaded
 *       only with an endpoint;
 *   <li>{@link io.heritage.observe.trace.TraceSpan}: a piece of work;
 *   <li>{@link io.heritage.observe.trace.TraceScope}: while it is open, what its thread does
 *       belongs to that;
 *   <li>{@link io.heritage.observe.trace.TraceContext}: says what records, calls and log lines
 *       belong to.
 * </ol>
 *
 * <p>None of them throws for a value that a client sent, and none waits for a collector.
 */
@NullMarked
package io.heritage.observe.trace;

import org.jspecify.annotations.NullMarked;
