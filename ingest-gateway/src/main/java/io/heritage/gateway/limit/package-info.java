/**
 * What clients may use at the same time, shared among owners:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.limit.GatewayLimits}: what clients may use at the same time;
 *   <li>{@link io.heritage.gateway.limit.OwnerShares}: shares something limited among owners;
 *   <li>{@link io.heritage.gateway.limit.BodyMemory}: memory for bodies, by such shares;
 *   <li>{@link io.heritage.gateway.limit.UploadTurns}: whose media are stored next;
 *   <li>{@link io.heritage.gateway.limit.ByteSize}: writes such limits in messages.
 * </ol>
 *
 * A caller waits for its share for a limited time.
 */
@NullMarked
package io.heritage.gateway.limit;

import org.jspecify.annotations.NullMarked;
