package io.heritage.models.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/**
 * The value of each bit pattern of a small floating-point type; docs/spec/wan22.md, section 7.4.
 */
public final class FloatPatterns {
    private FloatPatterns() {}

    /** 1 bit of sign, 4 of exponent, 3 of mantissa; no infinity, and only 0x7f and 0xff are NaN. */
    public static float e4m3(int bits) {
        return (bits & 0x7f) == 0x7f ? Float.NaN : decoded(bits, 3, 7);
    }

    /** 1 bit of sign, 5 of exponent, 2 of mantissa: the upper half of a float16. */
    public static float e5m2(int bits) {
        return Float.float16ToFloat((short) (bits << Byte.SIZE));
    }

    /** The upper half of a float32. */
    public static float bfloat16(int bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }

    private static float decoded(int bits, int mantissaBits, int bias) {
        int implicit = 1 << mantissaBits;
        int mantissa = bits & (implicit - 1);
        int exponent = (bits & 0x7f) >> mantissaBits;
        int lowest = 1 - bias - mantissaBits;
        float magnitude =
                exponent == 0
                        ? Math.scalb((float) mantissa, lowest)
                        : Math.scalb((float) (mantissa + implicit), exponent - 1 + lowest);
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /**
     * Float32 values of all patterns in order, direct.
     *
     * @param type {@code BF16}, {@code F8_E4M3} or {@code F8_E5M2}
     */
    public static ByteBuffer values(TensorType type) {
        return switch (type) {
            case BF16 -> table(1 << Short.SIZE, FloatPatterns::bfloat16);
            case F8_E4M3 -> table(1 << Byte.SIZE, FloatPatterns::e4m3);
            case F8_E5M2 -> table(1 << Byte.SIZE, FloatPatterns::e5m2);
            case F64, F32, F16, I64, I32, I16, I8, U8, BOOL ->
                    throw new IllegalArgumentException(
                            "a table of values exists for bf16 and fp8 only, not for " + type);
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
