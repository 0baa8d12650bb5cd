package io.heritage.models.wan.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.weights.StoredWeight;
import io.heritage.models.wan.weights.WanWeightLoader;
import io.heritage.models.wan.weights.WeightChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights of the blocks: all on the device, or each loaded when it runs. */
final class WanDitBlocks implements AutoCloseable {
    private final TorchRuntime runtime;
    private final WanWeightLoader loader;
    private final Map<String, List<WeightChange>> changes;
    private final List<Map<String, StoredWeight>> stored = new ArrayList<>();
    private final List<IValue> loaded = new ArrayList<>();
    private TensorScope owner;

    WanDitBlocks(
            TorchRuntime runtime,
            WanWeightLoader loader,
            Map<String, StoredWeight> weights,
            int layers,
            Map<String, List<WeightChange>> changes) {
        this.runtime = runtime;
        this.loader = loader;
        this.changes = changes;
        this.owner = runtime.newScope();
        for (int i = 0; i < layers; i++) {
            String prefix = "blocks.%d.".formatted(i);
            var block = new LinkedHashMap<String, StoredWeight>();
            weights.forEach((key, weight) -> {
                if (key.startsWith(prefix)) {
                    block.put(key, weight);
                }
            });
            stored.add(block);
        }
    }

    /** Loads all blocks, or none if the listener or a lack of memory stops it. */
    void load(BlockListener listener) {
        try {
            for (var block : stored) {
                IValue weights = load(owner, block);
                loaded.add(weights);
                listener.done(loaded.size() - 1, weights);
            }
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    private IValue load(TensorScope scope, Map<String, StoredWeight> block) {
        return loader.load(scope, block, WanDitLayout::type, changes);
    }

    int size() {
        return stored.size();
    }

    boolean isLoaded() {
        return !loaded.isEmpty();
    }

    /**
     * @param scope owner of weights that are loaded for this call only
     */
    IValue weights(TensorScope scope, int layer) {
        return loaded.isEmpty() ? load(scope, stored.get(layer)) : loaded.get(layer);
    }

    void release() {
        loaded.clear();
        owner.close();
        owner = runtime.newScope();
    }

    @Override
    public void close() {
        owner.close();
    }
}
