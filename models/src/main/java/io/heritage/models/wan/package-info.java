/**
 * Wan2.2 I2V A14B makes a video between two images; spec wan22.md. Its parts are packages: {@code
 * weights} reads published files, {@code text} encodes prompts, {@code vae} images and latents,
 * {@code dit} is an expert and {@code sampling} the way from noise to a latent.
 *
 * <p>In the order a job meets the classes here: {@link io.heritage.models.wan.WanFiles} finds the
 * files of {@link io.heritage.models.wan.WanFileNames} (or {@link io.heritage.models.wan.WanTiny}
 * writes small ones with {@code TinyFile}), {@link io.heritage.models.wan.WanInterpolation} opens
 * them as {@link io.heritage.models.wan.WanSettings} and {@link
 * io.heritage.models.wan.WanPrecision} say: {@code OpenFiles} maps and checks, {@code WanNetworks}
 * keeps on the device what {@link io.heritage.models.wan.Residency} and {@link
 * io.heritage.models.wan.MemoryEstimate} allow, {@code WeightPrefetch} reads the next ahead. An
 * {@link io.heritage.models.wan.InterpolationRequest} goes through {@code PromptRows}, {@link
 * io.heritage.models.wan.Denoiser} with {@link io.heritage.models.wan.Guidance}, and {@link
 * io.heritage.models.wan.FrameStream}, which hands frames to a {@link
 * io.heritage.models.wan.FrameSink}; {@link io.heritage.models.wan.Work} is told of each block and
 * may stop it.
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch}, too large a video
 * {@link io.heritage.models.wan.DoesNotFit}, a stopped one a {@code PipelineCancelled}.
 *
 * <p>Beside these: {@code Float8Products}.
 */
@NullMarked
package io.heritage.models.wan;

import org.jspecify.annotations.NullMarked;
