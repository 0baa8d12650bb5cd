package io.heritage.models.wan.weights;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Loads weights to the device in the types of their network, with LoRAs merged. On the CPU, weights
 * that need no conversion are not copied.
 */
public final class WanWeightLoader implements AutoCloseable {
    private static final int FLOAT32 = 6;
    private static final int FLOAT8_E4M3 = 24;
    private static final int FLOAT8_E5M2 = 23;

    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope owned;
    private final Map<TensorType, IValue> patterns = new EnumMap<>(TensorType.class);
    private final int computeType;
    private final Float8Storage float8;

    private WanWeightLoader(
            TorchRuntime runtime, TorchScript script, int computeType, Float8Storage float8) {
        this.runtime = runtime;
        this.script = script;
        this.owned = runtime.newScope();
        this.computeType = computeType;
        this.float8 = float8;
    }

    /**
     * The caller closes it; what it loaded stays.
     *
     * @param computeType of the matrix products, as torch counts types
     */
    public static WanWeightLoader open(
            TorchRuntime runtime, int computeType, Float8Storage float8) {
        return new WanWeightLoader(runtime, runtime.load("wan_weights"), computeType, float8);
    }

    /**
     * A {@code Dict[str, Tensor]} by canonical key; {@code KEY_scale} beside a weight that stays in
     * 8 bits with a scale, {@code KEY_scales} where its products are in 8 bits.
     *
     * @param owner of the weights
     * @param types by key
     * @param changes to merge, by key
     */
    public IValue load(
            TensorScope owner,
            Map<String, StoredWeight> weights,
            Function<String, WeightType> types,
            Map<String, List<WeightChange>> changes) {
        IValue dictionary = owner.call(script, "empty");
        weights.forEach((key, weight) -> {
            try (TensorScope scope = runtime.newScope()) {
                var target = new WeightTarget(scope, dictionary, key);
                target.put(weight, types.apply(key), changes.getOrDefault(key, List.of()));
            }
        });
        return dictionary;
    }

    /** The number of a weight as it is stored, times its scale, with its changes; float32. */
    public IValue float32(TensorScope scope, StoredWeight weight, List<WeightChange> changes) {
        IValue value = scaled(scope, weight);
        for (WeightChange change : changes) {
            value =
                    switch (change) {
                        case WeightChange.LowRank(var down, var up, double factor) ->
                                scope.call(
                                        script,
                                        "with_low_rank",
                                        value,
                                        scaled(scope, down),
                                        scaled(scope, up),
                                        scope.number(factor));
                        case WeightChange.Difference(var difference, double factor) ->
                                scope.call(
                                        script,
                                        "with_difference",
                                        value,
                                        scaled(scope, difference),
                                        scope.number(factor));
                    };
        }
        return value;
    }

    private IValue scaled(TensorScope scope, StoredWeight weight) {
        IValue value = read(scope, weight, FLOAT32);
        return weight.scale() == null
                ? value
                : scope.call(script, "scaled", value, scale(scope, weight.scale()));
    }

    private IValue scale(TensorScope scope, CheckpointTensor scale) {
        return scope.call(
                script, "scale", scope.tensor(scale.bytes(), TensorType.F32, scale.shape()));
    }

    /** Without scale. */
    private IValue read(TensorScope scope, StoredWeight weight, int torchType) {
        CheckpointTensor tensor = weight.tensor();
        return switch (weight.type()) {
            case F64, F32, F16, I64, I32 ->
                    scope.call(
                            script,
                            "converted",
                            scope.tensor(tensor.bytes(), tensor.type(), tensor.shape()),
                            scope.number((long) torchType));
            case BF16, F8_E4M3, F8_E5M2 ->
                    scope.call(
                            script,
                            "looked_up",
                            bytes(scope, tensor, weight.type()),
                            patterns(weight.type()),
                            scope.number((long) torchType));
            case I16, I8, U8, BOOL ->
                    throw new CheckpointMismatch(
                            "checkpoint",
                            tensor.key(),
                            "floating-point numbers",
                            weight.type().toString());
        };
    }

    private static IValue bytes(TensorScope scope, CheckpointTensor tensor, TensorType type) {
        List<Long> sizes = new ArrayList<>(tensor.shape().sizes());
        sizes.add((long) type.bytes());
        return scope.tensor(tensor.bytes(), TensorType.U8, new TensorShape(sizes));
    }

    private IValue patterns(TensorType type) {
        return patterns.computeIfAbsent(
                type,
                t -> {
                    ByteBuffer values = FloatPatterns.values(t);
                    int count = values.remaining() / Float.BYTES;
                    return owned.tensor(values, TensorType.F32, TensorShape.of(count));
                });
    }

    /** Puts one weight into the dictionary. */
    private final class WeightTarget {
        private final TensorScope scope;
        private final IValue dictionary;
        private final String key;

        WeightTarget(TensorScope scope, IValue dictionary, String key) {
            this.scope = scope;
            this.dictionary = dictionary;
            this.key = key;
        }

        void put(StoredWeight weight, WeightType type, List<WeightChange> changes) {
            if (type == WeightType.LINEAR && float8 == Float8Storage.MULTIPLY) {
                putForProduct(weight, changes);
                return;
            }
            boolean linear8 =
                    type == WeightType.LINEAR && weight.isFloat8() && float8 != Float8Storage.WIDEN;
            if (linear8 && changes.isEmpty()) {
                putAsStored(weight);
            } else if (linear8 && float8 == Float8Storage.REQUANTISE) {
                putFloat8(float32(scope, weight, changes));
            } else {
                int wanted = type == WeightType.FLOAT32 ? FLOAT32 : computeType;
                put(key, converted(weight, changes, wanted));
            }
        }

        private IValue converted(StoredWeight weight, List<WeightChange> changes, int wanted) {
            if (weight.scale() == null && changes.isEmpty()) {
                return read(scope, weight, wanted);
            }
            return scope.call(
                    script,
                    "converted",
                    float32(scope, weight, changes),
                    scope.number((long) wanted));
        }

        private void putAsStored(StoredWeight weight) {
            int torchType = weight.type() == TensorType.F8_E4M3 ? FLOAT8_E4M3 : FLOAT8_E5M2;
            put(key, read(scope, weight, torchType));
            if (weight.scale() != null) {
                put(key + "_scale", scale(scope, weight.scale()));
            }
        }

        private void putFloat8(IValue value) {
            IValue scale = scope.call(script, "float8_scale", value);
            put(key, scope.call(script, "to_float8", value, scale));
            put(key + "_scale", scale);
        }

        /** The kernel takes e4m3 with a scale a row. */
        private void putForProduct(StoredWeight weight, List<WeightChange> changes) {
            if (weight.type() == TensorType.F8_E4M3 && changes.isEmpty()) {
                IValue scale = weight.scale() == null ? one() : scale(scope, weight.scale());
                putRows(read(scope, weight, FLOAT8_E4M3), scale);
            } else {
                IValue value = float32(scope, weight, changes);
                IValue scale = scope.call(script, "float8_scale", value);
                putRows(scope.call(script, "to_float8", value, scale), scale);
            }
        }

        private void putRows(IValue value, IValue scale) {
            put(key, value);
            put(key + "_scales", scope.call(script, "row_scales", value, scale));
        }

        private IValue one() {
            ByteBuffer number = ByteBuffer.allocateDirect(Float.BYTES);
            number.order(ByteOrder.nativeOrder()).putFloat(1).flip();
            return scope.tensor(number, TensorType.F32, TensorShape.of(1));
        }

        private void put(String name, IValue value) {
            scope.call(script, "put", dictionary, scope.text(name), value);
        }
    }

    @Override
    public void close() {
        owned.close();
        script.close();
    }
}
