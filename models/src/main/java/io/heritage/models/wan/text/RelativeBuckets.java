package io.heritage.models.wan.text;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Row of a layer's position table for each pair of tokens; docs/spec/wan22.md, section 4.3. */
public final class RelativeBuckets {
    private static final int FORWARD = 16;

    /** Buckets 8 to 15 begin at these distances; logarithms would miss some by rounding. */
    private static final int[] BEGINNINGS = {8, 12, 16, 23, 32, 46, 64, 91};

    private static final int EXACT = 8;

    private RelativeBuckets() {}

    /**
     * @param distance key index minus query index
     * @return 0 to 31
     */
    public static int of(int distance) {
        int base = distance > 0 ? FORWARD : 0;
        long far = Math.abs((long) distance);
        if (far < EXACT) {
            return base + (int) far;
        }
        int bucket = EXACT - 1;
        for (int beginning : BEGINNINGS) {
            bucket += far >= beginning ? 1 : 0;
        }
        return base + bucket;
    }

    /** The bucket of every pair of n tokens, int64 [n, n], query by key. */
    static IValue table(TensorScope scope, int n) {
        ByteBuffer buckets =
                ByteBuffer.allocateDirect(n * n * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int query = 0; query < n; query++) {
            for (int key = 0; key < n; key++) {
                buckets.putLong(of(key - query));
            }
        }
        return scope.tensor(buckets.flip(), TensorType.I64, TensorShape.of(n, n));
    }
}
