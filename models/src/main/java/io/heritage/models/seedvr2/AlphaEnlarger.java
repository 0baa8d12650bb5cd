package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;

/**
 * Transparency of pictures, which the network does not see, at the size of the result: {@code
 * seedvr2_alpha.py}.
 */
public final class AlphaEnlarger implements AutoCloseable {
    private final TorchScript script;

    public AlphaEnlarger(TorchRuntime runtime) {
        this.script = runtime.load("seedvr2_alpha");
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
