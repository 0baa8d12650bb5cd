/**
 * Entries of a partition's store other than the jobs themselves. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.store.JobsByPlace}: where jobs wait in their queues;
 *   <li>{@link io.heritage.sink.store.JobsByOwner}: the jobs of a client, a {@link
 *       io.heritage.sink.store.JobPage} at a time;
 *   <li>{@link io.heritage.sink.store.JobsByDeadline}: when to look at them again;
 *   <li>{@link io.heritage.sink.store.CounterStore}: the {@link io.heritage.sink.store.JobCounters}
 *       of each endpoint;
 *   <li>{@link io.heritage.sink.store.ResultPartStore}: the parts of their results, read as {@link
 *       io.heritage.sink.store.ResultParts};
 *   <li>{@link io.heritage.sink.store.DivisionStore}: what a divided job knows of its parts, a
 *       {@link io.heritage.sink.store.PartState} of each;
 *   <li>{@link io.heritage.sink.store.BatchStore}: what a batch knows of its jobs, a {@link
 *       io.heritage.sink.store.MemberState} of each, which {@link
 *       io.heritage.sink.store.BatchProgress} adds up;
 *   <li>{@link io.heritage.sink.store.ExpiredJobStore}: what is left of those that were forgotten,
 *       each an {@link io.heritage.sink.store.ExpiredJob}.
 * </ol>
 *
 * <p>Written by the stream thread that owns the partition; static methods read from any thread.
 */
@NullMarked
package io.heritage.sink.store;

import org.jspecify.annotations.NullMarked;
