/**
 * What a request ends with when it fails, and its answer:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.error.HttpFailure}: ends a request with a status;
 *   <li>{@link io.heritage.gateway.error.FailureReply}: the error reply for an exception;
 *   <li>{@link io.heritage.gateway.error.UnavailableLog}: a line in the log for requests that Kafka
 *       did not serve in time, every 10 s at most;
 *   <li>{@link io.heritage.gateway.error.BodyBroken}: the client stopped sending;
 *   <li>{@link io.heritage.gateway.error.ClientGone}: the client went away while it waited.
 * </ol>
 */
@NullMarked
package io.heritage.gateway.error;

import org.jspecify.annotations.NullMarked;
