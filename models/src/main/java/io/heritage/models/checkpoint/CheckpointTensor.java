package io.heritage.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One tensor of an open checkpoint, row-major and little-endian.
 *
 * @param data the bytes inside the file; valid until the checkpoint is closed
 */
public record CheckpointTensor(String key, TensorType type, TensorShape shape, MemorySegment data) {
    /**
     * A direct view of the bytes, not a copy; invalid after the checkpoint is closed.
     *
     * @throws CheckpointMismatch if the tensor is larger than a buffer can be (2 GiB)
     */
    public ByteBuffer bytes() {
        if (data.byteSize() > Integer.MAX_VALUE) {
            throw new CheckpointMismatch(
                    "checkpoint", key, "at most 2147483647 bytes", data.byteSize() + " bytes");
        }
        return data.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    CheckpointTensor renamed(String otherKey) {
        return new CheckpointTensor(otherKey, type, shape, data);
    }
}
