/**
 * One job from claim to acknowledgement. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.job.JobLoop}: takes one job at a time from the queue;
 *   <li>{@link io.heritage.processor.job.EndsUnderWay}: ends that are not in the log yet;
 *   <li>{@link io.heritage.processor.job.Admission}: decides whether a claimed job is to be run;
 *   <li>{@link io.heritage.processor.job.Cancellations}: the cancel commands heard so far;
 *   <li>{@link io.heritage.processor.job.PurgedOffsets}: up to where queues were purged;
 *   <li>{@link io.heritage.processor.job.Attempt}: one run of a job;
 *   <li>{@link io.heritage.processor.job.AttemptMeters}: what is recorded of it, {@link
 *       io.heritage.processor.job.AttemptTrace} within its trace;
 *   <li>{@link io.heritage.processor.job.JobHandler}: the work of one kind of endpoint;
 *   <li>{@link io.heritage.processor.job.JobAnswer}: its output, or how the job is divided;
 *   <li>{@link io.heritage.processor.job.OutputStep}: what is done with its output before the end;
 *   <li>{@link io.heritage.processor.job.InputBody}: the input of a job as a handler reads it;
 *   <li>{@link io.heritage.processor.job.WorkObserver}: hears of progress and may stop the work;
 *   <li>{@link io.heritage.processor.job.WorkProgress}: how far a stage of the work is;
 *   <li>{@link io.heritage.processor.job.WorkStopped}: the work was stopped, and why;
 *   <li>{@link io.heritage.processor.job.JobFailed}: an error whose text the client reads;
 *   <li>{@link io.heritage.processor.job.FailureText}: the error text of any other exception;
 *   <li>{@link io.heritage.processor.job.Heartbeat}: the state of the worker on the worker board;
 *   <li>{@link io.heritage.processor.job.Shutdown}: a request to stop, and its grace time;
 *   <li>{@link io.heritage.processor.job.Interruptible}: stops local work when its caller is
 *       interrupted.
 * </ol>
 *
 * <p>All but the heartbeat runs on the thread that owns the device.
 */
@NullMarked
package io.heritage.processor.job;

import org.jspecify.annotations.NullMarked;
