package io.heritage.models.wan.weights;

import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * One weight of a file: its value is the stored number times the scale.
 *
 * @param type of the numbers, where the tensor itself says no more than bytes
 * @param scale float32 of one number or of one a row; null: 1
 */
public record StoredWeight(
        CheckpointTensor tensor, TensorType type, @Nullable CheckpointTensor scale) {
    static StoredWeight plain(CheckpointTensor tensor) {
        return new StoredWeight(tensor, tensor.type(), null);
    }

    boolean isFloat8() {
        return type == TensorType.F8_E4M3 || type == TensorType.F8_E5M2;
    }
}
