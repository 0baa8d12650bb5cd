package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;

/** Takes the steps of one table in order, from one latent to the next. */
interface Solver extends AutoCloseable {
    /**
     * @param scope owner of the result
     * @param x latent before the step
     * @param velocity of it, noise minus picture
     */
    IValue step(TensorScope scope, IValue x, IValue velocity);

    @Override
    void close();
}
