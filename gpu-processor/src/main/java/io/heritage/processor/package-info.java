/**
 * Takes jobs, runs them on a device, reports. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.ProcessorConfig}, {@link
 *       io.heritage.processor.ProcessorPorts}: what a {@link io.heritage.processor.Processor} is
 *       started with; {@code Engines}, {@code RifeEngine}: the networks it loads first, {@code
 *       CheckpointFolder} the files it looks for;
 *   <li>{@code JobLoop}: takes one job at a time from the queue; {@code Cancellations}, {@code
 *       Admission}: whether it is to be run at all;
 *   <li>{@code Attempt}: one run of a job, asked at every {@link
 *       io.heritage.processor.WorkObserver#checkpoint()} whether to go on; {@link
 *       io.heritage.processor.WorkStopped} if not; {@code Shutdown}: when the processor stops;
 *   <li>{@code InterpolateHandler}, {@code RestoreHandler}: the work of one kind of endpoint;
 *       {@code InputImages} fetches pictures; {@code InterpolateImages} computes the frames between
 *       a {@code PicturePair} with a {@code FrameInterpolator}, or {@code WanModels}, loaded when
 *       they are first asked for, give a {@code WanEngine} that makes a video from {@code
 *       GuidePictures}; {@code ResultFrames} or {@code ResultVideo} encode and store meanwhile,
 *       {@code InterpolateOutput} is the answer, with the {@code FileHashes} of what made it;
 *   <li>{@code RestoreMedia} fetches what is to be restored, {@code RestoreModels} keeps the
 *       networks ({@code DeviceModels}: as far as there is room beside Wan's), {@code Restoration}
 *       leads a file through one as {@code RestorePlan} says, with {@code DecodeAhead} before it,
 *       {@code SceneFrames} that stop at cuts, and {@code EncodeBehind} after it;
 *   <li>{@code FailureText}: what a client reads of an exception;
 *   <li>{@code Heartbeat}, {@code DeviceStatus}: what the worker board hears.
 * </ol>
 *
 * The same work without Kafka, for the command line: {@link
 * io.heritage.processor.LocalInterpolation}, with {@code RaiseFrameRate} for videos, {@link
 * io.heritage.processor.LocalWan} and {@link io.heritage.processor.LocalRestoration}.
 *
 * <p>Threads: one platform thread owns the device and does all of the above; each further device
 * that shares restorations has its own, {@code AssistingDevice}. Beside them are PNG encoders,
 * hashing of model files, a decoder and an encoder of videos, a heartbeat and the threads of the
 * ports. What a job throws fails the job. What Kafka throws gives the job back to the queue, and
 * the queue is joined again after a pause.
 */
@NullMarked
package io.heritage.processor;

import org.jspecify.annotations.NullMarked;
