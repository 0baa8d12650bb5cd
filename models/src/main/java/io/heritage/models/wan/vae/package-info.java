/**
 * The video VAE of Wan 2.1, which Wan2.2 A14B uses; docs/spec/wan22.md, section 6. In the order a
 * job meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.vae.WanVaeLayout}: sizes, and the keys of its checkpoint;
 *   <li>{@link io.heritage.models.wan.vae.VaeNetwork}: encoder or decoder: its weights and its
 *       layers in order;
 *   <li>{@link io.heritage.models.wan.vae.LatentScale}: mean and deviation of latent channels;
 *   <li>{@link io.heritage.models.wan.vae.VaeEncoder}: a video to a latent, chunk by chunk;
 *   <li>{@link io.heritage.models.wan.vae.Conditioning}: what an expert sees of the given images;
 *   <li>{@link io.heritage.models.wan.vae.VaeDecoder}: a latent to pictures, chunk by chunk;
 *   <li>{@link io.heritage.models.wan.vae.SteadyLayers}: layers whose output does not change while
 *       the input stays the same;
 *   <li>{@link io.heritage.models.wan.vae.VaeFlops}: floating-point operations of a video.
 * </ol>
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch}, too large a frame
 * an {@code OutOfDeviceMemory}.
 */
@NullMarked
package io.heritage.models.wan.vae;

import org.jspecify.annotations.NullMarked;
