/**
 * Who calls, for what, and how often. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.call.RequestLog}: the log line of a request;
 *   <li>{@link io.heritage.gateway.call.RequestMeters}: counts and times it;
 *   <li>{@link io.heritage.gateway.call.RequestSpan}: the request within its trace;
 *   <li>{@link io.heritage.gateway.call.RequestHead}: method and header fields of a request;
 *   <li>{@link io.heritage.gateway.call.Operation}: RunPod's operations and ours;
 *   <li>{@link io.heritage.gateway.call.Call}: what the path of a request asks for;
 *   <li>{@link io.heritage.gateway.call.QueryNumbers}: numbers in its query;
 *   <li>{@link io.heritage.gateway.call.LoopbackGuard}: keeps foreign web pages out of a gateway
 *       without keys;
 *   <li>{@link io.heritage.gateway.call.ApiKey}: a caller, and the hash of its key;
 *   <li>{@link io.heritage.gateway.call.KeyRing}: finds the key a caller has;
 *   <li>{@link io.heritage.gateway.call.MediaTickets}: cookies by which a page shows media;
 *   <li>{@link io.heritage.gateway.call.RequestRates}: how often one key may ask;
 *   <li>{@link io.heritage.gateway.call.RateLimiter}: counts the requests of each key.
 * </ol>
 */
@NullMarked
package io.heritage.gateway.call;

import org.jspecify.annotations.NullMarked;
