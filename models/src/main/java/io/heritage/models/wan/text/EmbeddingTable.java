package io.heritage.models.wan.text;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.weights.StoredNumbers;
import io.heritage.models.wan.weights.StoredWeight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The embedding matrix. A prompt needs only a few rows, which are read from the mapped file, so
 * that its billion numbers are never loaded to the device.
 */
record EmbeddingTable(String file, StoredWeight weight) {
    /**
     * @return [n, D] float32
     */
    IValue rows(TensorScope scope, List<Integer> ids) {
        long rows = weight.tensor().shape().sizes().get(0);
        long width = weight.tensor().shape().sizes().get(1);
        ByteBuffer numbers =
                ByteBuffer.allocateDirect(Math.toIntExact(ids.size() * width * Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        float scale =
                weight.scale() == null
                        ? 1
                        : StoredNumbers.at(
                                new StoredWeight(weight.scale(), TensorType.F32, null), 0);
        for (int id : ids) {
            if (id >= rows) {
                throw new CheckpointMismatch(
                        file, "shared.weight", "a row for id " + id, rows + " rows");
            }
            for (long i = 0; i < width; i++) {
                numbers.putFloat(scale * StoredNumbers.at(weight, id * width + i));
            }
        }
        return scope.tensor(numbers.flip(), TensorType.F32, TensorShape.of(ids.size(), width));
    }
}
