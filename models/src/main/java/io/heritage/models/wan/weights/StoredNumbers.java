package io.heritage.models.wan.weights;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.FloatPatterns;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads single numbers of a mapped tensor of any type, on the host. */
public final class StoredNumbers {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StoredNumbers() {}

    /**
     * @param index of the element in row-major order
     * @throws CheckpointMismatch if the tensor holds no numbers of a known kind
     */
    public static float at(StoredWeight weight, long index) {
        MemorySegment data = weight.tensor().data();
        return switch (weight.type()) {
            case F64 -> (float) Double.longBitsToDouble(data.get(LONG, 8 * index));
            case F32 -> Float.intBitsToFloat(data.get(INT, 4 * index));
            case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * index));
            case BF16 -> FloatPatterns.bfloat16(data.get(SHORT, 2 * index));
            case F8_E4M3 -> FloatPatterns.e4m3(byteAt(data, index));
            case F8_E5M2 -> FloatPatterns.e5m2(byteAt(data, index));
            case I64 -> data.get(LONG, 8 * index);
            case I32 -> data.get(INT, 4 * index);
            case I16, I8, U8, BOOL ->
                    throw new CheckpointMismatch(
                            "checkpoint",
                            weight.tensor().key(),
                            "floating-point numbers",
                            weight.type().toString());
        };
    }

    private static int byteAt(MemorySegment data, long index) {
        return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, index));
    }
}
