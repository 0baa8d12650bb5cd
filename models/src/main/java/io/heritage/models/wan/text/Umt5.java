package io.heritage.models.wan.text;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.StoredWeight;
import io.heritage.models.wan.weights.WanWeightLoader;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The text encoder: {@code umt5.py} with its weights. Its file is closed after it, it before the
 * runtime.
 */
public final class Umt5 implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope owner;
    private final IValue weights;
    private final EmbeddingTable embedding;
    private final Umt5Layout layout;
    private final int computeType;

    private Umt5(
            TorchRuntime runtime,
            TorchScript script,
            TensorScope owner,
            IValue weights,
            EmbeddingTable embedding,
            Umt5Layout layout,
            int computeType) {
        this.runtime = runtime;
        this.script = script;
        this.owner = owner;
        this.weights = weights;
        this.embedding = embedding;
        this.layout = layout;
        this.computeType = computeType;
    }

    /** Called after each layer with its result [n, D]; an exception stops the encoder. */
    @FunctionalInterface
    public interface LayerListener {
        void done(int layer, IValue stream);
    }

    /**
     * @param computeType of matrix products, as torch counts types: float16 (5) would overflow
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if it is the file of something else
     */
    public static Umt5 load(
            TorchRuntime runtime, WeightFile file, int computeType, Float8Storage float8) {
        Umt5Layout layout = Umt5Layout.of(file);
        var onDevice = new LinkedHashMap<String, StoredWeight>(file.weights());
        StoredWeight table = Objects.requireNonNull(onDevice.remove("shared.weight"));
        TorchScript script = runtime.load("umt5");
        TensorScope owner = runtime.newScope();
        try (WanWeightLoader loader = WanWeightLoader.open(runtime, computeType, float8)) {
            IValue weights = loader.load(owner, onDevice, Umt5Layout::type, Map.of());
            var embedding = new EmbeddingTable(file.name(), table);
            return new Umt5(runtime, script, owner, weights, embedding, layout, computeType);
        } catch (RuntimeException e) {
            owner.close();
            script.close();
            throw e;
        }
    }

    public Umt5Layout layout() {
        return layout;
    }

    /**
     * @param ids of the prompt, the end token included
     * @return [n, D] float32, a row an id
     */
    public IValue encode(TensorScope scope, List<Integer> ids, LayerListener listener) {
        try (TensorScope own = runtime.newScope()) {
            IValue x = embedding.rows(own, ids);
            IValue buckets = RelativeBuckets.table(own, ids.size());
            for (int i = 0; i < layout.layers(); i++) {
                x =
                        own.call(
                                script,
                                "layer",
                                weights,
                                own.text("encoder.block." + i),
                                x,
                                buckets,
                                own.number((long) computeType));
                listener.done(i, x);
            }
            return scope.call(script, "last_norm", weights, x);
        }
    }

    /**
     * Rows with their emphasis.
     *
     * @param rows [n, D] of the prompt
     * @param empty [1, D] of the empty prompt
     */
    IValue emphasised(TensorScope scope, IValue rows, List<Double> emphasis, IValue empty) {
        ByteBuffer factors =
                ByteBuffer.allocateDirect(emphasis.size() * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        emphasis.forEach(weight -> factors.putFloat(weight.floatValue()));
        try (TensorScope own = runtime.newScope()) {
            IValue weight =
                    own.tensor(factors.flip(), TensorType.F32, TensorShape.of(emphasis.size()));
            return scope.call(script, "emphasised", rows, weight, empty);
        }
    }

    TensorScope newScope() {
        return runtime.newScope();
    }

    /** For comparison with reference tensors: [heads, n, n] of a layer. */
    public IValue positionBias(TensorScope scope, int layer, int tokens) {
        return scope.call(
                script,
                "position_bias",
                weights,
                scope.text("encoder.block." + layer),
                RelativeBuckets.table(scope, tokens));
    }

    /** The same rows and zero rows behind them. */
    public IValue padded(TensorScope scope, IValue rows, int count) {
        return scope.call(script, "padded", rows, scope.number((long) count));
    }

    @Override
    public void close() {
        owner.close();
        script.close();
    }
}
