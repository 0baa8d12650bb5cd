package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import io.heritage.models.wan.vae.WanVaeLayout.Half;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.StoredWeight;
import io.heritage.models.wan.weights.WanWeightLoader;
import io.heritage.models.wan.weights.WeightFile;
import io.heritage.models.wan.weights.WeightType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Half a VAE: {@code wan_vae.py} with its weights. */
final class VaeNetwork implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope owner;
    private final IValue weights;
    private final LatentScale scale;
    private final List<String> layers;

    private VaeNetwork(
            TorchRuntime runtime,
            TorchScript script,
            TensorScope owner,
            IValue weights,
            List<String> layers) {
        this.runtime = runtime;
        this.script = script;
        this.owner = owner;
        this.weights = weights;
        this.scale = LatentScale.on(owner);
        this.layers = layers;
    }

    /**
     * @param computeType of weights and activations, as torch counts types
     */
    static VaeNetwork load(TorchRuntime runtime, WeightFile file, Half half, int computeType) {
        WanVaeLayout layout = WanVaeLayout.sizes(file, half);
        var wanted = new LinkedHashMap<String, StoredWeight>(file.weights());
        wanted.keySet().removeIf(key -> !half.holds(key));
        layout.requireHalf(file, half);
        TorchScript script = runtime.load("wan_vae");
        TensorScope owner = runtime.newScope();
        try (WanWeightLoader loader =
                WanWeightLoader.open(runtime, computeType, Float8Storage.WIDEN)) {
            IValue weights = laidOut(runtime, script, loader, owner, wanted);
            return new VaeNetwork(runtime, script, owner, weights, WanVaeLayout.layers(half));
        } catch (RuntimeException e) {
            owner.close();
            script.close();
            throw e;
        }
    }

    /** In the memory layout that is faster on the device. */
    private static IValue laidOut(
            TorchRuntime runtime,
            TorchScript script,
            WanWeightLoader loader,
            TensorScope owner,
            Map<String, StoredWeight> wanted) {
        return switch (runtime.device()) {
            case Device.Cpu _ -> loader.load(owner, wanted, VaeNetwork::type, Map.of());
            case Device.Cuda _ -> {
                try (TensorScope own = runtime.newScope()) {
                    IValue loaded = loader.load(own, wanted, VaeNetwork::type, Map.of());
                    yield owner.call(script, "laid_out", loaded);
                }
            }
        };
    }

    private static WeightType type(String key) {
        return key.endsWith(".gamma") ? WeightType.FLOAT32 : WeightType.COMPUTE;
    }

    TorchRuntime runtime() {
        return runtime;
    }

    LatentScale scale() {
        return scale;
    }

    IValue weights() {
        return weights;
    }

    IValue call(TensorScope scope, String method, IValue... arguments) {
        return scope.call(script, method, arguments);
    }

    /**
     * Runs one chunk through all layers; a layer's memory is freed when the next one is done.
     *
     * @param past caches of the layers, updated for the next chunk
     * @param layerDone called after each layer; an exception stops the network and invalidates
     *     {@code past}
     */
    IValue run(TensorScope scope, IValue chunk, IValue past, Runnable layerDone) {
        return run(scope, chunk, past, 0, null, layerDone);
    }

    /**
     * The same for a chunk that equals the previous one: skips layers whose output would be the
     * same.
     */
    IValue repeat(
            TensorScope scope, IValue chunk, IValue past, SteadyLayers steady, Runnable layerDone) {
        IValue from = steady.output() == null ? chunk : steady.output();
        return run(scope, from, past, steady.count(), steady, layerDone);
    }

    private IValue run(
            TensorScope scope,
            IValue input,
            IValue past,
            int first,
            @Nullable SteadyLayers steady,
            Runnable layerDone) {
        TensorScope before = runtime.newScope();
        IValue x = input;
        boolean repeats = steady != null;
        try {
            for (String layer : layers.subList(first, layers.size())) {
                TensorScope after = runtime.newScope();
                try {
                    IValue known = repeats ? after.call(script, "remembered", past) : past;
                    x = after.call(script, "layer", weights, after.text(layer), x, past);
                    repeats = repeats && isSame(after, past, known, layer);
                    if (repeats && steady != null) {
                        x = steady.extendedBy(after, x);
                    }
                } finally {
                    before.close();
                    before = after;
                }
                layerDone.run();
            }
            return scope.call(script, "itself", x);
        } finally {
            before.close();
        }
    }

    private boolean isSame(TensorScope scope, IValue past, IValue known, String layer) {
        return scope.call(script, "same", past, known, scope.text(layer)).toBoolean();
    }

    int layers() {
        return layers.size();
    }

    @Override
    public void close() {
        owner.close();
        script.close();
    }
}
