package io.heritage.models.seedvr2.weights;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads weights to the device in their compute type; the network's {@code prepare} converts them.
 * On the CPU, weights that need no conversion are not copied.
 */
public record WeightLoader(
        TorchRuntime runtime, TorchScript script, String file, Precision precision) {
    /** Types that the engine supports. */
    private static final Set<TensorType> FLOATS = EnumSet.of(TensorType.F32, TensorType.F16);

    /** Types that are passed as bytes. */
    private static final List<TensorType> BIT_PATTERNS =
            List.of(TensorType.BF16, TensorType.F8_E4M3);

    /**
     * A {@code Dict[str, Tensor]} by the published keys.
     *
     * @param owner of the weights
     */
    public IValue load(TensorScope owner, Map<String, CheckpointTensor> tensors) {
        tensors.values().forEach(this::requireFloats);
        TensorType packed =
                BIT_PATTERNS.stream()
                        .filter(type -> !ofTypes(tensors, Set.of(type)).isEmpty())
                        .findFirst()
                        .orElse(TensorType.F8_E4M3);
        try (TensorScope stored = runtime.newScope()) {
            ByteBuffer values = FloatPatterns.values(packed);
            int count = values.remaining() / Float.BYTES;
            IValue prepared =
                    stored.call(
                            script,
                            "prepare",
                            stored.dictionary(ofTypes(tensors, FLOATS)),
                            stored.byteDictionary(ofTypes(tensors, Set.of(packed))),
                            stored.tensor(values, TensorType.F32, TensorShape.of(count)),
                            stored.number((long) precision.torchType()));
            return stored.moveTo(owner, prepared);
        }
    }

    private static Map<String, CheckpointTensor> ofTypes(
            Map<String, CheckpointTensor> tensors, Set<TensorType> types) {
        var chosen = new LinkedHashMap<String, CheckpointTensor>();
        tensors.forEach((key, tensor) -> {
            if (types.contains(tensor.type())) {
                chosen.put(key, tensor);
            }
        });
        return chosen;
    }

    /** Files may mix 16 and 8 bits, but not two of the types that are passed as bytes. */
    private void requireFloats(CheckpointTensor tensor) {
        if (!FLOATS.contains(tensor.type()) && !BIT_PATTERNS.contains(tensor.type())) {
            throw new CheckpointMismatch(
                    file,
                    tensor.key(),
                    "one of %s and %s".formatted(FLOATS, BIT_PATTERNS),
                    tensor.type().toString());
        }
    }
}
