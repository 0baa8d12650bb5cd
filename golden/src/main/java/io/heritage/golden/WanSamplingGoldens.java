package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.sampling.ExpertSplit;
import io.heritage.models.wan.sampling.Sampler;
import io.heritage.models.wan.sampling.SigmaTable;
import io.heritage.models.wan.sampling.SolverKind;
import io.heritage.models.wan.sampling.TorchGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Wan's noise, tables and solvers; the velocity is a toy that the vectors describe. */
final class WanSamplingGoldens {
    private final TorchRuntime runtime;

    private WanSamplingGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var sampling = new WanSamplingGoldens(runtime);
        return List.of(
                new GoldenKind("noise", WanSamplingGoldens::noise),
                new GoldenKind("sched_tables", WanSamplingGoldens::tables),
                new GoldenKind("sched_trajectory", sampling::trajectories),
                new GoldenKind("sched_two_experts", sampling::trajectories));
    }

    private static void noise(GoldenVectors vectors) {
        for (JsonNode entry : vectors.description().path("cases")) {
            String output = "out." + entry.path("index").asText();
            TensorShape shape = vectors.tensor(output).shape();
            float[] drawn =
                    new TorchGenerator(entry.path("seed").asLong())
                            .normal(Math.toIntExact(shape.elements()));
            vectors.check(output, new FloatTensor(shape, drawn));
        }
    }

    /** Keys are {@code out.KIND.STEPS.SHIFT.sigmas}, and the shift has a point. */
    private static void tables(GoldenVectors vectors) {
        for (String key : vectors.keys()) {
            String[] parts = key.split("\\.");
            SigmaTable table =
                    SigmaTable.of(
                            SolverKind.named(parts[1]),
                            Integer.parseInt(parts[2]),
                            Double.parseDouble(parts[3] + "." + parts[4]));
            vectors.check(
                    key, numbers(parts[5].equals("sigmas") ? table.sigmas() : table.timesteps()));
        }
        for (var entry : vectors.description().path("high_noise_steps_for_euler").properties()) {
            String[] parts = entry.getKey().split("/");
            SigmaTable table =
                    SigmaTable.of(
                            SolverKind.EULER,
                            Integer.parseInt(parts[0]),
                            Double.parseDouble(parts[1]));
            vectors.checkSame(
                    "half of " + entry.getKey(),
                    ExpertSplit.HALF.highSteps(table),
                    entry.getValue().path("half").asInt());
            vectors.checkSame(
                    "boundary of " + entry.getKey(),
                    ExpertSplit.BOUNDARY.highSteps(table),
                    entry.getValue().path("boundary_0_9").asInt());
        }
    }

    private static FloatTensor numbers(List<Double> values) {
        float[] elements = new float[values.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = values.get(i).floatValue();
        }
        return new FloatTensor(TensorShape.of(elements.length), elements);
    }

    /** Keys are {@code out.SPLIT.KIND.STEPS.SHIFT}; {@code single} has one expert only. */
    private void trajectories(GoldenVectors vectors) {
        try (Sampler sampler = Sampler.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            for (String key : vectors.keys()) {
                if (key.startsWith("out.")) {
                    trajectory(vectors, in, sampler, key);
                }
            }
        }
    }

    private void trajectory(GoldenVectors vectors, GoldenTensors in, Sampler sampler, String key) {
        String[] parts = key.split("\\.");
        boolean single = parts[1].equals("single");
        SolverKind kind = SolverKind.named(parts[2]);
        double shift = Double.parseDouble(parts[4] + "." + parts[5]);
        SigmaTable table = SigmaTable.of(kind, Integer.parseInt(parts[3]), shift);
        List<FloatTensor> latents = new ArrayList<>();
        var walk =
                new Sampler.Walk(
                        kind,
                        table,
                        single
                                ? ExpertSplit.HALF
                                : ExpertSplit.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                        scope -> noise(vectors, scope, latents.size()));
        try (TensorScope scope = runtime.newScope()) {
            sampler.walk(
                    scope,
                    in.tensor("in.x"),
                    walk,
                    (step, expert, _, x, t) -> {
                        String which = single || expert == Expert.HIGH_NOISE ? "high" : "low";
                        IValue w = in.tensor("in.W_" + which);
                        IValue c = in.tensor("in.c_" + which);
                        return sampler.toyVelocity(step, x, w, c, t);
                    },
                    (_, x) -> latents.add(scope.floats(x)));
        }
        vectors.check(key, WanGoldens.stacked(latents));
    }

    private static IValue noise(GoldenVectors vectors, TensorScope scope, int step) {
        CheckpointTensor all = vectors.tensor("in.noise");
        List<Long> sizes = all.shape().sizes();
        var shape = new TensorShape(sizes.subList(1, sizes.size()));
        int bytes = Math.toIntExact(shape.elements() * Float.BYTES);
        return scope.tensor(all.bytes().slice(step * bytes, bytes), all.type(), shape);
    }
}
