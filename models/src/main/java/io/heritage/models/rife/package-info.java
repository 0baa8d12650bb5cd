/**
 * RIFE 4.7 computes frames between two frames. In the order a frame meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.rife.RifeWeights}: finds the checkpoint: a file, or the one that
 *       ships with Heritage;
 *   <li>{@link io.heritage.models.rife.RifeLayout}: checks its keys and shapes;
 *   <li>{@link io.heritage.models.rife.RifeOptions}: how the network is loaded;
 *   <li>{@link io.heritage.models.rife.Rife}: the network, resident on a device;
 *   <li>{@link io.heritage.models.rife.RifePair}: two frames and the frames between them;
 *   <li>{@link io.heritage.models.rife.RifeCalls}: the parts of the network;
 *   <li>{@link io.heritage.models.rife.RifeStage}: a part of the work, for profiles;
 *   <li>{@link io.heritage.models.rife.RifeProfile}: told how long each took;
 *   <li>{@link io.heritage.models.rife.RifeFlops}: floating-point operations of a frame.
 * </ol>
 *
 * <p>One thread at a time. A damaged or foreign checkpoint is a {@code CheckpointMismatch}; a frame
 * too large for the device an {@code OutOfDeviceMemory}.
 */
@NullMarked
package io.heritage.models.rife;

import org.jspecify.annotations.NullMarked;
