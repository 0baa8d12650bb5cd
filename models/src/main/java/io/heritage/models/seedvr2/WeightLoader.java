package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Brings weights to the device in the type they run in; the network's own {@code prepare} converts.
 * What needs no conversion is not copied on the CPU.
 *
 * @param owner of the weights
 */
record WeightLoader(
        TorchRuntime runtime,
        TorchScript script,
        TensorScope owner,
        String file,
        Precision precision) {
    private static final Set<TensorType> FLOATS =
            EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.F8_E4M3);

    /** A {@code Dict[str, Tensor]} by the published keys. */
    IValue load(Map<String, CheckpointTensor> tensors) {
        tensors.values().forEach(this::requireFloats);
        try (TensorScope stored = runtime.newScope()) {
            IValue prepared =
                    stored.call(
                            script,
                            "prepare",
                            stored.dictionary(tensors),
                            Float8.table(stored),
                            stored.number((long) precision.torchType()));
            return stored.moveTo(owner, prepared);
        }
    }

    private void requireFloats(CheckpointTensor tensor) {
        if (!FLOATS.contains(tensor.type())) {
            throw new CheckpointMismatch(
                    file, tensor.key(), "one of " + FLOATS, tensor.type().toString());
        }
    }
}
