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
 * <p>Rooms: {@code config} settings, {@code streams} how Kafka Streams is run, {@code changelog}
 * keeps what it stores right, {@code queue} where jobs wait, {@code store} what is stored beside
 * them, {@code fold} one state per job from submissions and events, {@code http} answers gateways,
 * {@code reply} writes results, {@code webhook} calls the servers of clients, {@code scale} tells
 * watchers and scalers how the queues stand.
 *
 * <p>Threads: stream threads fold and never wait for anything but Kafka Streams itself; every
 * request, every webhook and every piece of media being read has a virtual thread of its own. What
 * may fail: Kafka (requests are answered 503 with {@code Retry-After}, the fold goes on where it
 * was), media past their retention (404, or a reply that is cut), a peer or the receiver of a
 * webhook (tried again).
 */
@NullMarked
package io.heritage.sink;

import org.jspecify.annotations.NullMarked;
