/**
 * HTTP in: RunPod's operations, streamed into Kafka. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.GatewayConfig}: where the gateway listens and what it accepts;
 *   <li>{@link io.heritage.gateway.Gateway}: the server and its parts list;
 *   <li>{@link io.heritage.gateway.ErrorFilter}: every request comes in and every error goes out
 *       here;
 *   <li>{@link io.heritage.gateway.CorsFilter}: headers for the configured web pages;
 *   <li>{@link io.heritage.gateway.ApiDescription}: all operations in OpenAPI, for anybody;
 *   <li>{@link io.heritage.gateway.EndpointList}: what a key may call, for the console;
 *   <li>{@link io.heritage.gateway.RunPodHandler}: the operations, each with its checks in order;
 *   <li>{@link io.heritage.gateway.SubmitOperations}: operations that make jobs.
 * </ol>
 *
 * Each connection is served by one virtual thread; a second one watches the client's connection
 * during a long wait. A request holds a fixed amount of memory, whatever its size. What may fail:
 * the client (answered or disconnected; only chunks without a reference remain), Kafka and the sink
 * (503; while a call waits, the sink is asked again).
 */
@NullMarked
package io.heritage.gateway;

import org.jspecify.annotations.NullMarked;
