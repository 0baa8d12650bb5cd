package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Values of the 8-bit floats e4m3fn (sign, 4 bits of exponent with bias 7, 3 of mantissa; no
 * infinities), by their byte.
 */
final class Float8 {
    private static final int VALUES = 256;
    private static final int MANTISSA_BITS = 3;
    private static final int BIAS = 7;

    private Float8() {}

    static float value(int bits) {
        int exponent = (bits >> MANTISSA_BITS) & 0xf;
        int mantissa = bits & 0x7;
        if (exponent == 0xf && mantissa == 0x7) {
            return Float.NaN;
        }
        float magnitude =
                exponent == 0
                        ? Math.scalb((float) mantissa, 1 - BIAS - MANTISSA_BITS)
                        : Math.scalb((float) (mantissa + 8), exponent - BIAS - MANTISSA_BITS);
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /** Float32 [256]. */
    static IValue table(TensorScope scope) {
        ByteBuffer values =
                ByteBuffer.allocateDirect(VALUES * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int bits = 0; bits < VALUES; bits++) {
            values.putFloat(value(bits));
        }
        return scope.tensor(values.flip(), TensorType.F32, TensorShape.of(VALUES));
    }
}
