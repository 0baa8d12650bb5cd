/**
 * The diffusion transformer, one expert of Wan2.2 I2V A14B; spec wan22.md, section 5. {@link
 * io.heritage.models.wan.dit.DitLayout} reads its sizes off a checkpoint and says what must be in
 * it, {@code DitBlocks} keeps the weights of its blocks on the device or brings them there one by
 * one as {@link io.heritage.models.wan.dit.DitOptions} say, {@link io.heritage.models.wan.dit.Dit}
 * runs it block by block, telling {@link io.heritage.models.wan.dit.BlockListener}, and {@link
 * io.heritage.models.wan.dit.DitCalls} its parts.
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch} that names what it
 * is, too large a video an {@code OutOfDeviceMemory}.
 *
 * <p>Beside these: {@code LatentSize}.
 */
@NullMarked
package io.heritage.models.wan.dit;

import org.jspecify.annotations.NullMarked;
