/**
 * Reports the sink's queues to metrics and scalers. In the order a question meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.scale.QueueMeters}: records every few seconds how the queues stand;
 *   <li>{@link io.heritage.sink.scale.ScalingPage}: answers a scaler, or says that it cannot;
 *   <li>{@link io.heritage.sink.scale.ScalingTarget}: what the scaler wants to reach;
 *   <li>{@link io.heritage.sink.scale.DemandReader}: asks all sinks;
 *   <li>{@link io.heritage.sink.scale.Demand}: what there is to do, and who is there to do it;
 *   <li>{@link io.heritage.sink.scale.ScalingRule}: how many workers that takes.
 * </ol>
 *
 * <p>Any thread. A question that cannot be answered for all jobs is answered 503, never with a
 * number: a scaler would take a 0 for an idle endpoint.
 */
@NullMarked
package io.heritage.sink.scale;

import org.jspecify.annotations.NullMarked;
