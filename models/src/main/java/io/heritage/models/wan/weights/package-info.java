/**
 * Published checkpoints of Wan's networks, from the file to the device. In the order a file meets
 * the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.weights.WeightFile}: an open file;
 *   <li>{@link io.heritage.models.wan.weights.KeyNaming}: gives its keys their canonical names;
 *   <li>{@link io.heritage.models.wan.weights.Float8Markings}: finds the scales of 8-bit weights;
 *   <li>{@link io.heritage.models.wan.weights.StoredWeight}: a weight as it is stored, with its
 *       scale;
 *   <li>{@link io.heritage.models.wan.weights.LoraFile}: weights of a LoRA;
 *   <li>{@link io.heritage.models.wan.weights.LoraModules}: the layers that its keys name;
 *   <li>{@link io.heritage.models.wan.weights.WeightChange}: what a LoRA adds to a weight;
 *   <li>{@link io.heritage.models.wan.weights.WeightType}: the type in which a network wants a
 *       weight;
 *   <li>{@link io.heritage.models.wan.weights.Float8Storage}: what becomes of 8-bit weights;
 *   <li>{@link io.heritage.models.wan.weights.WanWeightLoader}: brings weights to the device;
 *   <li>{@link io.heritage.models.wan.weights.StoredNumbers}: single numbers, read on the host.
 * </ol>
 *
 * <p>On the CPU float32 weights are the mapped file itself: a weight file is closed after the
 * network. A foreign or damaged file is a {@code CheckpointMismatch}.
 */
@NullMarked
package io.heritage.models.wan.weights;

import org.jspecify.annotations.NullMarked;
