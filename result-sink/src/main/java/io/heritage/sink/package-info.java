/**
 * Answers for jobs: their states and their results. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.Sink}: the door;
 *   <li>{@link io.heritage.sink.SinkSetup}: what it is started with;
 *   <li>{@link io.heritage.sink.SinkAssembly}: its parts list;
 *   <li>{@link io.heritage.sink.ServerAssembly}: that of its HTTP interface;
 *   <li>{@link io.heritage.sink.FoldAssembly}: that of its fold;
 *   <li>{@link io.heritage.sink.SinkMedia}: reads media from the store that they are in;
 *   <li>{@link io.heritage.sink.OpenedParts}: closes what was opened.
 * </ol>
 *
 * <p>Rooms: {@code config} settings, {@code streams} set-up of Kafka Streams, {@code changelog}
 * protects its changelog, {@code queue} places of waiting jobs, {@code store} further entries of
 * the store, {@code fold} one state per job from submissions and events, {@code http} answers
 * gateways, {@code reply} writes results, {@code webhook} calls the servers of clients, {@code
 * scale} reports the queues to metrics and scalers.
 *
 * <p>Threads: stream threads fold and wait only for Kafka Streams itself; every request, every
 * webhook and every piece of media being read has its own virtual thread. What may fail: Kafka
 * (requests are answered 503 with {@code Retry-After}, the fold continues where it was), media past
 * their retention (404, or a truncated reply), a peer or the receiver of a webhook (retried).
 */
@NullMarked
package io.heritage.sink;

import org.jspecify.annotations.NullMarked;
