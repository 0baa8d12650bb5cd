package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;

/**
 * The first layers of a network whose caches did not change at a repeated chunk: from then on their
 * output is exactly the same. Deep layers depend on many chunks and become steady late; the first
 * ones, which are most of the work, after a few.
 */
final class SteadyLayers implements AutoCloseable {
    private final TorchRuntime runtime;
    private @Nullable TensorScope scope;
    private @Nullable IValue output;
    private int count;

    SteadyLayers(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    int count() {
        return count;
    }

    /** Output of the last of these layers; null if there is none. */
    @Nullable IValue output() {
        return output;
    }

    /** Adds one more layer, and takes ownership of its output. */
    IValue extendedBy(TensorScope owner, IValue layerOutput) {
        TensorScope next = runtime.newScope();
        IValue taken = owner.moveTo(next, layerOutput);
        close();
        scope = next;
        output = taken;
        count++;
        return taken;
    }

    @Override
    public void close() {
        if (scope != null) {
            scope.close();
            scope = null;
            output = null;
        }
    }
}
