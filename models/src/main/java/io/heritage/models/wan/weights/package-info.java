/**
 * Published checkpoints of Wan's networks on their way to the device. In the order a file meets
 * them: {@link io.heritage.models.wan.weights.WeightFile} opens it, {@link
 * io.heritage.models.wan.weights.KeyNaming} gives its keys their canonical names and {@code
 * Float8Markings} finds the scales of 8-bit weights, so that it holds {@link
 * io.heritage.models.wan.weights.StoredWeight}s; {@link io.heritage.models.wan.weights.LoraFile}
 * reads what is merged into them, a list of {@link io.heritage.models.wan.weights.WeightChange}s a
 * key; {@link io.heritage.models.wan.weights.WeightLoader} brings them to the device as {@link
 * io.heritage.models.wan.weights.WeightType} and {@link
 * io.heritage.models.wan.weights.Float8Storage} say, with the tables of {@code FloatPatterns};
 * {@link io.heritage.models.wan.weights.StoredNumbers} reads single numbers on the host.
 *
 * <p>On the CPU float32 weights are the mapped file itself: a weight file is closed after the
 * network. A foreign or damaged file is a {@code CheckpointMismatch}.
 *
 * <p>Beside these: {@code LoraModules}.
 */
@NullMarked
package io.heritage.models.wan.weights;

import org.jspecify.annotations.NullMarked;
