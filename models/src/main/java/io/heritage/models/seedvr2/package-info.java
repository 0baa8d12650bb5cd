/**
 * SeedVR2 restores images and video. In the order a clip meets them: {@link
 * io.heritage.models.seedvr2.FrameGeometry} says how large it becomes and {@link
 * io.heritage.models.seedvr2.RestoreOptions} how it is restored; {@link
 * io.heritage.models.seedvr2.ClipRestorer} leads it through the steps: {@link
 * io.heritage.models.seedvr2.FramePixels} makes it the network's input, {@link
 * io.heritage.models.seedvr2.ClipVae} takes it slice by slice and tile by tile through the {@link
 * io.heritage.models.seedvr2.Vae}, {@link io.heritage.models.seedvr2.EulerSampler} walks from
 * {@link io.heritage.models.seedvr2.Noise} to the restored latent with the velocity of {@link
 * io.heritage.models.seedvr2.Dit}, whose windows {@code WindowPlan} lays out; then back. {@link
 * io.heritage.models.seedvr2.Work} is told of each block and may stop it. Around that {@code
 * VideoRestorer} takes a video chunk by chunk: {@code ChunkSource} cuts it, {@code MemoryLadder}
 * tries again what ran out of memory, {@code ChunkOutput} and {@code ChunkOrder} let frames out.
 *
 * <p>{@code DitLayout} and {@code VaeLayout} read sizes off checkpoints and say which keys must be
 * there. One thread at a time uses a model; {@link io.heritage.models.seedvr2.SeedVr2.Replica}s on
 * other devices have their own. A foreign checkpoint is a {@code CheckpointMismatch}, too large a
 * clip an {@code OutOfDeviceMemory}, a stopped one a {@code PipelineCancelled}.
 */
@NullMarked
package io.heritage.models.seedvr2;

import org.jspecify.annotations.NullMarked;
