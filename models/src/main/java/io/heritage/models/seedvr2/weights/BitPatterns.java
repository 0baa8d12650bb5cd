package io.heritage.models.seedvr2.weights;

import io.heritage.models.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/** What number each pattern of bits of a small floating-point type stands for. */
final class BitPatterns {
    private static final int FLOAT8_MANTISSA_BITS = 3;
    private static final int FLOAT8_BIAS = 7;

    private BitPatterns() {}

    /** Sign, 4 bits of exponent, 3 of mantissa; no infinities (e4m3fn). */
    static float float8(int bits) {
        int exponent = (bits >> FLOAT8_MANTISSA_BITS) & 0xf;
        int mantissa = bits & 0x7;
        if (exponent == 0xf && mantissa == 0x7) {
            return Float.NaN;
        }
        int lowest = 1 - FLOAT8_BIAS - FLOAT8_MANTISSA_BITS;
        float magnitude =
                exponent == 0
                        ? Math.scalb((float) mantissa, lowest)
                        : Math.scalb((float) (mantissa + 8), exponent - 1 + lowest);
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /** The upper half of a float32. */
    static float bfloat16(int bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }

    /**
     * Float32 values of all patterns, direct.
     *
     * @param type {@code BF16} or {@code F8_E4M3}
     */
    static ByteBuffer values(TensorType type) {
        return switch (type) {
            case BF16 -> table(1 << Short.SIZE, BitPatterns::bfloat16);
            case F8_E4M3 -> table(1 << Byte.SIZE, BitPatterns::float8);
            default -> throw new IllegalArgumentException("no table for " + type);
        };
    }

    private static ByteBuffer table(int count, IntFunction<Float> value) {
        ByteBuffer values =
                ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int bits = 0; bits < count; bits++) {
            values.putFloat(value.apply(bits));
        }
        return values.flip();
    }
}
