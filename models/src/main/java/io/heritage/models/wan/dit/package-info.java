/**
 * The diffusion transformer, one expert of Wan2.2 I2V A14B; docs/spec/wan22.md, section 5. In the
 * order a job meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.dit.WanDitLayout}: sizes, and the keys of its checkpoint;
 *   <li>{@link io.heritage.models.wan.dit.AttentionKernel}: which kernel is wanted for attention;
 *   <li>{@link io.heritage.models.wan.dit.CudnnAttention}: whether it is cuDNN's, tried once;
 *   <li>{@link io.heritage.models.wan.dit.DitOptions}: how it is loaded;
 *   <li>{@link io.heritage.models.wan.dit.WanDitBlocks}: its blocks, on the device or brought there
 *       one by one;
 *   <li>{@link io.heritage.models.wan.dit.LatentSize}: sizes of a latent;
 *   <li>{@link io.heritage.models.wan.dit.WanDit}: the network;
 *   <li>{@link io.heritage.models.wan.dit.DitCalls}: its parts;
 *   <li>{@link io.heritage.models.wan.dit.BlockListener}: told of each block.
 * </ol>
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch} that names what it
 * is, too large a video an {@code OutOfDeviceMemory}.
 */
@NullMarked
package io.heritage.models.wan.dit;

import org.jspecify.annotations.NullMarked;
