package io.heritage.models.seedvr2.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.dit.DitLayout.Kind;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.Map;

/**
 * One block of the diffusion transformer alone, for comparisons.
 *
 * @param tensors its weights under their published keys
 * @param layer its index, which decides where its windows are
 * @param last whether it is the network's last
 */
public record DitBlock(
        Map<String, CheckpointTensor> tensors, int layer, boolean last, WindowPartition partition) {
    /** Rows in grid order. */
    public record Streams(IValue video, IValue text) {}

    /**
     * @param streams video [N, D], rows t, y, x; text [l, D]
     * @param time modulation, [1, 6 * D]
     */
    public Streams run(
            TorchRuntime runtime,
            TensorScope scope,
            Streams streams,
            IValue time,
            TokenGrid grid,
            int textTokens) {
        try (TorchScript script = runtime.load("seedvr2_dit");
                TensorScope own = runtime.newScope()) {
            var plan = WindowPlan.of(own, script, rope(), partition, grid, textTokens);
            var order = plan.order(layer);
            IValue[] results =
                    own.parts(
                            own.call(
                                    script,
                                    "block",
                                    own.dictionary(tensors),
                                    own.text("blocks." + layer),
                                    own.flag(last),
                                    streams.video,
                                    streams.text,
                                    time,
                                    plan.fromGrid(own, layer),
                                    order.sizes(),
                                    order.rope(),
                                    plan.textRope()));
            IValue video = scope.call(script, "take", results[0], plan.backToGrid(layer + 1));
            return new Streams(video, own.moveTo(scope, results[1]));
        }
    }

    private Rope rope() {
        boolean swiglu = tensors.keySet().stream().anyMatch(key -> key.contains("proj_in_gate"));
        int headWidth =
                tensors.entrySet().stream()
                        .filter(entry -> entry.getKey().contains(".norm_q."))
                        .map(entry -> entry.getValue().shape().sizes().getFirst().intValue())
                        .findFirst()
                        .orElseThrow();
        return new Rope(swiglu ? Kind.MM_SWIGLU : Kind.PIXEL_GELU, headWidth);
    }
}
