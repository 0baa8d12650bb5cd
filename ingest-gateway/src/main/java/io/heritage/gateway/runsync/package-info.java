/**
 * Callers of {@code /runsync} that learn the end of their job from the log. In the order a call
 * meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.gateway.runsync.HeardByAll}: lets {@code OwnerTurns} and {@code JobTail}
 *       share one reader of the log of events;
 *   <li>{@link io.heritage.gateway.runsync.JobTail}: follows the jobs of callers that wait in
 *       {@code /runsync};
 *   <li>{@link io.heritage.gateway.runsync.JobWaiter}: one such caller;
 *   <li>{@link io.heritage.gateway.runsync.RecentEnds}: jobs of which the log told an end lately,
 *       which the sink may not have read yet.
 * </ol>
 */
@NullMarked
package io.heritage.gateway.runsync;

import org.jspecify.annotations.NullMarked;
