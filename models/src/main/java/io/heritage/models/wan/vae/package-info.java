/**
 * The video VAE of Wan 2.1, which Wan2.2 A14B uses; spec wan22.md, section 6. {@link
 * io.heritage.models.wan.vae.VaeLayout} reads its sizes off a checkpoint, {@link
 * io.heritage.models.wan.vae.VaeNetwork} holds the weights of one half and its layers in order,
 * {@link io.heritage.models.wan.vae.VaeEncoder} and {@link io.heritage.models.wan.vae.VaeDecoder}
 * take a video through it chunk by chunk, layer by layer, but for {@code SteadyLayers}; {@link
 * io.heritage.models.wan.vae.Conditioning} is what an expert sees of the given images, {@link
 * io.heritage.models.wan.vae.LatentScale} the constants of the latent.
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch}, too large a frame
 * an {@code OutOfDeviceMemory}.
 *
 * <p>Beside these: {@code VaeFlops}.
 */
@NullMarked
package io.heritage.models.wan.vae;

import org.jspecify.annotations.NullMarked;
