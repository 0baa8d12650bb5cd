package io.heritage.models.torch;

import ai.djl.Model;
import ai.djl.pytorch.engine.PtSymbolBlock;

/** A compiled network without weights; its methods are called through a {@link TensorScope}. */
public final class TorchScript implements AutoCloseable {
    private final String name;
    private final Model model;
    private final PtSymbolBlock block;

    TorchScript(String name, Model model, PtSymbolBlock block) {
        this.name = name;
        this.model = model;
        this.block = block;
    }

    public String name() {
        return name;
    }

    PtSymbolBlock block() {
        return block;
    }

    @Override
    public void close() {
        model.close();
    }
}
