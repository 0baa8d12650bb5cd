package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Mean and deviation of each latent channel; docs/spec/wan22.md, section 6.5.
 *
 * @param mean [16]
 * @param deviation [16]
 */
record LatentScale(IValue mean, IValue deviation) {
    private static final float[] MEAN = {
        -0.7571f, -0.7089f, -0.9113f, 0.1075f, -0.1745f, 0.9653f, -0.1517f, 1.5508f,
        0.4134f, -0.0715f, 0.5517f, -0.3632f, -0.1922f, -0.9497f, 0.2503f, -0.2921f
    };
    private static final float[] DEVIATION = {
        2.8184f, 1.4541f, 2.3275f, 2.6558f, 1.2196f, 1.7708f, 2.6052f, 2.0743f,
        3.2687f, 2.1526f, 2.8652f, 1.5579f, 1.6382f, 1.1253f, 2.8251f, 1.9160f
    };

    /**
     * @param owner of both as long as they are used
     */
    static LatentScale on(TensorScope owner) {
        return new LatentScale(tensor(owner, MEAN), tensor(owner, DEVIATION));
    }

    private static IValue tensor(TensorScope owner, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return owner.tensor(bytes, TensorType.F32, TensorShape.of(values.length));
    }
}
