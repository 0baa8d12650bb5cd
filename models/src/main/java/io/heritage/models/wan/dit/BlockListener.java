package io.heritage.models.wan.dit;

import ai.djl.pytorch.jni.IValue;

/** Called after each block; an exception stops the network. */
@FunctionalInterface
public interface BlockListener {
    BlockListener NONE = (_, _) -> {};

    /**
     * @param block from 0
     * @param stream [1, S, D] float32, which the next block changes
     */
    void done(int block, IValue stream);
}
