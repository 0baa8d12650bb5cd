/**
 * Readers of published checkpoints. In the order a file meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.checkpoint.Checkpoint}: maps a file and looks tensors up;
 *   <li>{@link io.heritage.models.checkpoint.SafetensorsHeader}: finds the tensors of a {@code
 *       .safetensors} file;
 *   <li>{@link io.heritage.models.checkpoint.StoredZip}: finds the parts of a {@code .pth} or
 *       {@code .pt} file;
 *   <li>{@link io.heritage.models.checkpoint.TorchArchive}: finds the tensors among them;
 *   <li>{@link io.heritage.models.checkpoint.RestrictedUnpickler}: reads their description without
 *       running code;
 *   <li>{@link io.heritage.models.checkpoint.PickledValue}: a value it read;
 *   <li>{@link io.heritage.models.checkpoint.CheckpointTensor}: a tensor of a file;
 *   <li>{@link io.heritage.models.checkpoint.TensorType}: number type of a tensor;
 *   <li>{@link io.heritage.models.checkpoint.TensorShape}: sizes of a tensor;
 *   <li>{@link io.heritage.models.checkpoint.FloatPatterns}: the numbers that patterns of 8 and 16
 *       bits stand for;
 *   <li>{@link io.heritage.models.checkpoint.CheckpointMismatch}: says what in a file does not fit;
 *   <li>{@link io.heritage.models.checkpoint.SafetensorsWriter}: writes small checkpoints for tests
 *       and demonstrations.
 * </ol>
 *
 * <p>Any thread may read. Weights are not copied, so a checkpoint must stay open as long as objects
 * that use its bytes. Files are not trusted: no code in them is run, and sizes in them are checked
 * before they are used.
 */
@NullMarked
package io.heritage.models.checkpoint;

import org.jspecify.annotations.NullMarked;
