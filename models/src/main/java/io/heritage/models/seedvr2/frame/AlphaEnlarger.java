package io.heritage.models.seedvr2.frame;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;

/**
 * Enlarges the transparency of pictures, which the network does not see: {@code seedvr2_alpha.py}.
 */
public final class AlphaEnlarger implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;

    public AlphaEnlarger(TorchRuntime runtime) {
        this.runtime = runtime;
        this.script = runtime.load("seedvr2_alpha");
    }

    /**
     * Transparency of a restored picture, resized and cropped like the picture. Unlike in the port,
     * the source of {@link #enlarge}, pixels beyond the border do not count as transparent.
     *
     * @param alpha uint8 [h, w] of {@code geometry.input()}, direct
     * @param rgb uint8 [H, W, 3] of {@code geometry.output()}, direct
     * @return uint8 [H, W], a new direct buffer
     */
    public ByteBuffer restored(ByteBuffer alpha, FrameGeometry geometry, ByteBuffer rgb) {
        FrameSize input = geometry.input();
        FrameSize resized = geometry.resized();
        FrameSize output = geometry.output();
        ByteBuffer result = ByteBuffer.allocateDirect(Math.toIntExact(output.pixels()));
        try (TensorScope scope = runtime.newScope()) {
            scope.call(
                    script,
                    "write_part",
                    scope.tensor(
                            alpha,
                            TensorType.U8,
                            TensorShape.of(1, 1, input.height(), input.width())),
                    scope.tensor(
                            rgb,
                            TensorType.U8,
                            TensorShape.of(1, output.height(), output.width(), 3)),
                    scope.number((long) resized.height()),
                    scope.number((long) resized.width()),
                    scope.number((long) resized.topOf(output)),
                    scope.number((long) resized.leftOf(output)),
                    scope.hostTensor(
                            result,
                            TensorType.U8,
                            TensorShape.of(1, 1, output.height(), output.width())));
        }
        return result;
    }

    /**
     * @param alpha of the input, float32 [T, 1, h, w], 0 to 1
     * @param rgb the restored pictures, float32 [T, 3, H, W], -1 to 1
     * @return [T, 1, H, W]
     */
    public IValue enlarge(TensorScope scope, IValue alpha, IValue rgb) {
        return scope.call(script, "enlarge", alpha, rgb);
    }

    /** Edges of pictures, [T, 1, H, W], 0 to 1. */
    public IValue edges(TensorScope scope, IValue rgb) {
        return scope.call(script, "edges", rgb);
    }

    @Override
    public void close() {
        script.close();
    }
}
