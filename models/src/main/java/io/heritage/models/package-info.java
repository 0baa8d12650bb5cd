/**
 * Networks as a library that knows nothing of queues, HTTP or video files.
 *
 * <p>{@link io.heritage.models.Cancellation} is asked between blocks of a network and {@link
 * io.heritage.models.PipelineCancelled} thrown where it says so. The packages, in the order a frame
 * meets them: {@code checkpoint} reads weights, {@code torch} runs TorchScript, {@code seedvr2}
 * restores pictures, {@code wan} makes a video between two, {@code rife} interpolates frames,
 * {@code golden} compares networks with reference tensors.
 *
 * <p>Networks run on the thread that calls them; one thread owns a device.
 *
 * <p>Beside these: {@code Work}.
 */
@NullMarked
package io.heritage.models;

import org.jspecify.annotations.NullMarked;
