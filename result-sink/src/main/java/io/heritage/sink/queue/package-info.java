/**
 * Places of waiting jobs in their queues, and turns of owners. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.queue.QueuePlace}: where a submission lies in its queue;
 *   <li>{@link io.heritage.sink.queue.WaitingPlaces}: where the jobs of a partition wait;
 *   <li>{@link io.heritage.sink.queue.QueueOrder}: where they stand in their queues, over all
 *       partitions;
 *   <li>{@link io.heritage.sink.queue.QueueSample}: the same, roughly, for other sinks;
 *   <li>{@link io.heritage.sink.queue.QueueWaits}: how long jobs wait;
 *   <li>{@link io.heritage.sink.queue.Turns}: whose turn it is among owners that share a lane;
 *   <li>{@link io.heritage.sink.queue.SharedLane}: one such lane;
 *   <li>{@link io.heritage.sink.queue.WaitingOwner}: one owner in it;
 *   <li>{@link io.heritage.sink.queue.WaitingOffsets}: the jobs of that owner, by partition.
 * </ol>
 */
@NullMarked
package io.heritage.sink.queue;

import org.jspecify.annotations.NullMarked;
