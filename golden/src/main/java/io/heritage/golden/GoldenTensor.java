package io.heritage.golden;

import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements of a reference or computed tensor as numbers, row-major. */
interface GoldenTensor {
    TensorShape shape();

    double at(int index);

    static GoldenTensor of(FloatTensor tensor) {
        return new Elements(tensor.shape(), tensor::at);
    }

    static GoldenTensor of(CheckpointTensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        return new Elements(
                tensor.shape(),
                switch (tensor.type()) {
                    case F64 -> index -> bytes.getDouble(8 * index);
                    case F32 -> index -> bytes.getFloat(4 * index);
                    case F16 -> index -> Float.float16ToFloat(bytes.getShort(2 * index));
                    case BF16 ->
                            index -> Float.intBitsToFloat(bytes.getShort(2 * index) << Short.SIZE);
                    case I64 -> index -> bytes.getLong(8 * index);
                    case I32 -> index -> bytes.getInt(4 * index);
                    case I16 -> index -> bytes.getShort(2 * index);
                    case I8 -> bytes::get;
                    case U8, BOOL -> index -> Byte.toUnsignedInt(bytes.get(index));
                    case F8_E4M3, F8_E5M2 ->
                            throw new IllegalArgumentException(
                                    "tensor '%s' of type %s cannot be compared"
                                            .formatted(tensor.key(), tensor.type()));
                });
    }

    /** Bytes 0 to 255, as frames are. */
    static GoldenTensor ofBytes(TensorShape shape, ByteBuffer bytes) {
        ByteBuffer view = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new Elements(shape, index -> Byte.toUnsignedInt(view.get(index)));
    }

    /** Looks an element up by its index in row-major order. */
    @FunctionalInterface
    interface Lookup {
        double at(int index);
    }

    record Elements(TensorShape shape, Lookup lookup) implements GoldenTensor {
        @Override
        public double at(int index) {
            return lookup.at(index);
        }
    }
}
