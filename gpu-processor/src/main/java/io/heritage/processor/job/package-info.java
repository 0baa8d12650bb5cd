/**
 * One job from claim to acknowledgement. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.job.JobLoop}: takes one job at a time from the queue;
 *   <li>{@link io.heritage.processor.job.Admission}: decides whether a claimed job is to be run at
 *       all;
 *   <li>{@link io.heritage.processor.job.Cancellations}: the cancel commands heard so far;
 *   <li>{@link io.heritage.processor.job.Attempt}: one run of a job;
 *   <li>{@link io.heritage.processor.job.WorkObserver}: asked at every checkpoint whether to go on;
 *   <li>{@link io.heritage.processor.job.WorkProgress}: how far a stage of the work is;
 *   <li>{@link io.heritage.processor.job.WorkStopped}: ends work that must not go on;
 *   <li>{@link io.heritage.processor.job.Interruptible}: ends local work when its caller is
 *       interrupted;
 *   <li>{@link io.heritage.processor.job.JobHandler}: the work of one kind of endpoint;
 *   <li>{@link io.heritage.processor.job.InputBody}: the input of a job as a handler reads it;
 *   <li>{@link io.heritage.processor.job.JobFailed}: an error that fails the job;
 *   <li>{@link io.heritage.processor.job.FailureText}: what a client reads of an exception;
 *   <li>{@link io.heritage.processor.job.Heartbeat}: tells the worker board how the worker is;
 *   <li>{@link io.heritage.processor.job.Shutdown}: when the processor stops.
 * </ol>
 *
 * <p>All but the heartbeat runs on the thread that owns the device.
 */
@NullMarked
package io.heritage.processor.job;

import org.jspecify.annotations.NullMarked;
