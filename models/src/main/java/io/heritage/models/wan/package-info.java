/**
 * Wan2.2 I2V A14B makes a video between two images; spec wan22.md. Its parts are packages: {@code
 * weights} reads published files, {@code text} encodes prompts, {@code vae} images and latents,
 * {@code dit} is an expert and {@code sampling} the way from noise to a latent. In the order a job
 * meets the classes here: {@link io.heritage.models.wan.Denoiser} leads both experts with {@link
 * io.heritage.models.wan.Guidance}, {@link io.heritage.models.wan.FrameStream} makes frames of what
 * is decoded and hands each to a {@link io.heritage.models.wan.FrameSink}; {@link
 * io.heritage.models.wan.Work} is told of each block and may stop it.
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch}, too large a video
 * an {@code OutOfDeviceMemory}, a stopped one a {@code PipelineCancelled}.
 */
@NullMarked
package io.heritage.models.wan;

import org.jspecify.annotations.NullMarked;
