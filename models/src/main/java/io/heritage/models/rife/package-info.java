/**
 * RIFE 4.7. In the order a frame meets them: {@link io.heritage.models.rife.RifeWeights} finds the
 * checkpoint, {@code RifeLayout} checks it; {@link io.heritage.models.rife.Rife} loads it as {@link
 * io.heritage.models.rife.RifeOptions} with {@link io.heritage.models.rife.RifePrecision} say;
 * {@link io.heritage.models.rife.RifePair} computes frames between two, stage by {@link
 * io.heritage.models.rife.RifeStage stage}, through {@link io.heritage.models.rife.RifeCalls};
 * {@link io.heritage.models.rife.RifeProfile} hears how long each took and {@link
 * io.heritage.models.rife.RifeFlops} says how much it was.
 *
 * <p>One thread at a time. A damaged or foreign checkpoint is a {@code CheckpointMismatch}; a frame
 * too large for the device an {@code OutOfDeviceMemory}.
 */
@NullMarked
package io.heritage.models.rife;

import org.jspecify.annotations.NullMarked;
