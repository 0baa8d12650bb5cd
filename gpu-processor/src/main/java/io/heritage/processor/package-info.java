/**
 * Takes jobs, runs them on a device, and reports. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.ProcessorPorts}: what a processor talks to;
 *   <li>{@link io.heritage.processor.Processor}: starts the rooms and owns their threads;
 *   <li>{@link io.heritage.processor.Preload}: loads models before the first job;
 *   <li>{@link io.heritage.processor.QueueService}: joins the queue, and joins it again;
 *   <li>{@link io.heritage.processor.WorkerMeters}: what is recorded of the device;
 *   <li>{@link io.heritage.processor.FatalExit}: ends the process when the device is lost.
 * </ol>
 *
 * <p>Rooms, in the order a job meets them: {@code config}, what a processor is started with; {@code
 * job}, a job from claim to acknowledgement; {@code device}, the thread and memory of a device;
 * {@code restore} and {@code interpolate}, the work of one kind of endpoint; {@code output}, frames
 * on their way out; {@code upload}, results on their way into a bucket.
 *
 * <p>One platform thread owns the device and runs all jobs; each further device that shares
 * restorations has its own. An exception of a job fails the job. An exception of Kafka gives the
 * job back to the queue, and the queue is joined again after a pause. A device that hangs ends the
 * process.
 */
@NullMarked
package io.heritage.processor;

import org.jspecify.annotations.NullMarked;
