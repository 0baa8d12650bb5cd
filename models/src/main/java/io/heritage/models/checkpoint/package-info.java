/**
 * Readers of published checkpoints. In the order a file meets them: {@link
 * io.heritage.models.checkpoint.Checkpoint} maps it; {@code SafetensorsHeader} or {@code
 * StoredZip}, {@code TorchArchive} and {@code RestrictedUnpickler} (which makes {@code
 * PickledValue}s) find its tensors; {@link io.heritage.models.checkpoint.CheckpointTensor} is one,
 * with {@link io.heritage.models.checkpoint.TensorType} and {@link
 * io.heritage.models.checkpoint.TensorShape}; {@link
 * io.heritage.models.checkpoint.CheckpointMismatch} says what does not fit.
 *
 * <p>Any thread may read; no weights are copied, so an open checkpoint outlives all that was made
 * from its bytes without a copy. Files are not trusted: no code is run from them, and no size in
 * them is believed before it is checked.
 *
 * <p>Beside these: {@code SafetensorsWriter}.
 */
@NullMarked
package io.heritage.models.checkpoint;

import org.jspecify.annotations.NullMarked;
