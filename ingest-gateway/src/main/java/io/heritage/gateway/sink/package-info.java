/**
 * Asks the result sink about jobs that exist. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.sink.Estimates}: what a request would come to, for {@code
 *       /estimate};
 *   <li>{@link io.heritage.gateway.sink.SinkOperations}: operations on jobs that exist, which the
 *       result sink answers;
 *   <li>{@link io.heritage.gateway.sink.SinkClient}: asks the result sink; its answers are passed
 *       on as they come;
 *   <li>{@link io.heritage.gateway.sink.SinkConnection}: sends the requests, with the secret it
 *       expects;
 *   <li>{@link io.heritage.gateway.sink.SinkRetries}: asks again while sinks are replaced;
 *   <li>{@link io.heritage.gateway.sink.SinkWaits}: long polls.
 * </ol>
 *
 * While a call waits and sinks are replaced, the sink is asked again; otherwise the answer is 503.
 */
@NullMarked
package io.heritage.gateway.sink;

import org.jspecify.annotations.NullMarked;
