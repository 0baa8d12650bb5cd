/**
 * Networks as a library that knows nothing of queues, HTTP or video files. In the order a job meets
 * the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.Work}: what a pipeline reports to while it works;
 *   <li>{@link io.heritage.models.Cancellation}: the checkpoint between two blocks where the work
 *       can be stopped;
 *   <li>{@link io.heritage.models.PipelineCancelled}: how a stopped pipeline ends, unless the
 *       checkpoint throws an exception of its own;
 *   <li>{@link io.heritage.models.FrameSink}: takes finished frames.
 * </ol>
 *
 * <p>Rooms: {@code checkpoint} reads weights, {@code torch} runs TorchScript, {@code seedvr2}
 * restores images and video, {@code wan} makes a video between two images, {@code rife}
 * interpolates frames.
 *
 * <p>Networks run on the thread that calls them; one thread owns a device.
 */
@NullMarked
package io.heritage.models;

import org.jspecify.annotations.NullMarked;
