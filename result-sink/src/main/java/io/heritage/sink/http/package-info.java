/**
 * Answers gateways. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.http.SinkServer}: the operations of {@link
 *       io.heritage.schemas.SinkApi};
 *   <li>{@link io.heritage.sink.http.SinkPeers}: asks other sinks;
 *   <li>{@link io.heritage.sink.http.StreamTurns}: lets one caller at a time be given the next
 *       parts of a job;
 *   <li>{@link io.heritage.sink.http.QueuePurge}: empties a queue;
 *   <li>{@link io.heritage.sink.http.EndpointHealth}: counts jobs and workers;
 *   <li>{@link io.heritage.sink.http.KafkaProbe}: whether Kafka answers.
 * </ol>
 */
@NullMarked
package io.heritage.sink.http;

import org.jspecify.annotations.NullMarked;
