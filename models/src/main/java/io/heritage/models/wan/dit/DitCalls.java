package io.heritage.models.wan.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;

/** Parts of {@code wan_dit.py} for comparison with reference tensors. */
public final class DitCalls implements AutoCloseable {
    private final TorchScript script;

    private DitCalls(TorchScript script) {
        this.script = script;
    }

    /** The caller closes it. */
    public static DitCalls open(TorchRuntime runtime) {
        return new DitCalls(runtime.load("wan_dit"));
    }

    /**
     * @param method of the script
     */
    public IValue call(TensorScope scope, String method, IValue... arguments) {
        return scope.call(script, method, arguments);
    }

    @Override
    public void close() {
        script.close();
    }
}
