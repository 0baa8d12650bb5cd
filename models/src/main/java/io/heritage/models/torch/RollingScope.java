package io.heritage.models.torch;

import ai.djl.pytorch.jni.IValue;
import java.util.function.Function;

/**
 * The output of a block that the next one takes; it is freed as soon as the next output is
 * computed.
 */
public final class RollingScope implements AutoCloseable {
    private final TorchRuntime runtime;
    private TensorScope scope;
    private IValue value;

    /**
     * @param first value, computed in a scope that this owns
     */
    public RollingScope(TorchRuntime runtime, Function<TensorScope, IValue> first) {
        this.runtime = runtime;
        this.scope = runtime.newScope();
        try {
            this.value = first.apply(scope);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    public IValue value() {
        return value;
    }

    /** The streams of a tuple. */
    public IValue[] parts() {
        return scope.parts(value);
    }

    /**
     * @param step computes the next value from this one, in the scope it is given
     */
    public void next(Function<TensorScope, IValue> step) {
        TensorScope nextScope = runtime.newScope();
        try {
            value = step.apply(nextScope);
        } catch (RuntimeException e) {
            nextScope.close();
            throw e;
        }
        scope.close();
        scope = nextScope;
    }

    /** Hands the value over to another owner. */
    public IValue into(TensorScope owner) {
        return scope.moveTo(owner, value);
    }

    @Override
    public void close() {
        scope.close();
    }
}
