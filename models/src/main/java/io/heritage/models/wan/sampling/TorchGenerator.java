package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Standard normal numbers as libtorch's CPU generator draws them, which is MT19937;
 * docs/spec/wan22.md, section 1.5. The same on every device.
 */
public final class TorchGenerator {
    private static final int STATE = 624;
    private static final int MIDDLE = 397;
    private static final int RUN = 16;
    private static final int HALF = RUN / 2;
    private static final double TO_FLOAT_UNIT = 0x1p-24;
    private static final double TO_DOUBLE_UNIT = 0x1p-53;

    private final int[] state = new int[STATE];
    private int next = STATE;

    /**
     * @param seed only the low 32 bits are used
     */
    public TorchGenerator(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < STATE; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** Draws a whole tensor in row-major order. */
    public IValue normal(TensorScope scope, TensorShape shape) {
        float[] values = normal(Math.toIntExact(shape.elements()));
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return scope.tensor(bytes, TensorType.F32, shape);
    }

    /** Draws numbers in one call. Two calls do not give the numbers of one call of their sum. */
    public float[] normal(int count) {
        return count < RUN ? few(count) : many(count);
    }

    private float[] many(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = uniform();
        }
        for (int start = 0; start + RUN <= count; start += RUN) {
            transform(values, start);
        }
        if (count % RUN != 0) {
            for (int i = count - RUN; i < count; i++) {
                values[i] = uniform();
            }
            transform(values, count - RUN);
        }
        return values;
    }

    private float uniform() {
        return (float) ((next32() & 0xFFFFFF) * TO_FLOAT_UNIT);
    }

    /** Box-Muller over 8 uniforms and the following 8. */
    private static void transform(float[] values, int start) {
        for (int j = start; j < start + HALF; j++) {
            double radius = Math.sqrt(-2 * Math.log(1f - values[j]));
            double angle = 2 * Math.PI * values[j + HALF];
            values[j] = (float) (radius * Math.cos(angle));
            values[j + HALF] = (float) (radius * Math.sin(angle));
        }
    }

    private float[] few(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i += 2) {
            double angle = 2 * Math.PI * uniformDouble();
            double radius = Math.sqrt(-2 * Math.log1p(-uniformDouble()));
            values[i] = (float) (radius * Math.cos(angle));
            if (i + 1 < count) {
                values[i + 1] = (float) (radius * Math.sin(angle));
            }
        }
        return values;
    }

    private double uniformDouble() {
        long high = Integer.toUnsignedLong(next32()) << Integer.SIZE;
        long bits = high | Integer.toUnsignedLong(next32());
        return (bits & ((1L << 53) - 1)) * TO_DOUBLE_UNIT;
    }

    private int next32() {
        if (next == STATE) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >>> 18);
    }

    private void twist() {
        for (int i = 0; i < STATE; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % STATE] & 0x7FFFFFFF);
            int odd = (y & 1) == 0 ? 0 : 0x9908B0DF;
            state[i] = state[(i + MIDDLE) % STATE] ^ (y >>> 1) ^ odd;
        }
        next = 0;
    }
}
