package io.heritage.models.seedvr2.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.weights.WeightLoader;
import io.heritage.models.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Weights of the blocks: all on the device, or each loaded when it runs. */
final class DitBlocks implements AutoCloseable {
    private final WeightLoader loader;
    private final List<Map<String, CheckpointTensor>> stored;
    private final List<IValue> loaded = new ArrayList<>();
    private TensorScope owner;

    /** Releases all from the device. */
    DitBlocks(WeightLoader loader, List<Map<String, CheckpointTensor>> stored) {
        this.loader = loader;
        this.stored = stored;
        this.owner = loader.runtime().newScope();
    }

    int size() {
        return stored.size();
    }

    boolean onHost() {
        return loaded.isEmpty();
    }

    /**
     * @param scope owner of weights that are loaded for this call only
     */
    IValue weights(TensorScope scope, int layer) {
        return onHost() ? loader.load(scope, stored.get(layer)) : loaded.get(layer);
    }

    /** Loads all blocks to the device; none stays there if it is stopped or fails. */
    void bringToDevice(Work work) {
        if (!onHost()) {
            return;
        }
        List<IValue> brought = new ArrayList<>();
        try {
            for (var block : stored) {
                brought.add(loader.load(owner, block));
                work.advanced(Stage.LOAD, brought.size(), stored.size());
            }
            loaded.addAll(brought);
        } catch (RuntimeException e) {
            keepOnHost();
            throw e;
        }
    }

    void keepOnHost() {
        loaded.clear();
        owner.close();
        owner = loader.runtime().newScope();
    }

    @Override
    public void close() {
        owner.close();
    }
}
