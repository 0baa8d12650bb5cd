package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.DitBlock;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.sampling.EulerSampler;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** SeedVR2's diffusion transformer and sampler. */
final class SeedVr2DitGoldens {
    private static final String SCRIPT = "seedvr2_dit";

    private final TorchRuntime runtime;

    private SeedVr2DitGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var dit = new SeedVr2DitGoldens(runtime);
        return List.of(
                new GoldenKind("primitives", dit::primitives),
                new GoldenKind("time_embedding", dit::time),
                new GoldenKind("rope", dit::rope),
                new GoldenKind("block7b", dit::block),
                new GoldenKind("block3b", dit::block),
                new GoldenKind("dit7b", dit::network),
                new GoldenKind("dit3b", dit::network),
                new GoldenKind("weights_dit7b", dit::weights),
                new GoldenKind("weights_dit3b", dit::weights),
                new GoldenKind("sampler", dit::sampler),
                new GoldenKind("cfg", dit::guidance));
    }

    private void primitives(GoldenVectors vectors) {
        try (TorchScript dit = runtime.load(SCRIPT);
                TorchScript vae = runtime.load("seedvr2_vae");
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue rows = in.tensor("in.rows");
            int width = in.size("in.rows", 1);
            in.check("out.rms", scope.call(dit, "rms", rows, ones(scope, width)));
            in.check("out.rms_affine", scope.call(dit, "rms", rows, in.weight("rms_weight")));
            in.check(
                    "out.groupnorm",
                    scope.call(
                            vae,
                            "group_norm",
                            in.tensor("in.video"),
                            in.weight("gn_weight"),
                            in.weight("gn_bias"),
                            scope.number(6L)));
            in.check(
                    "out.mlp_gelu",
                    scope.call(
                            dit,
                            "mlp_gelu",
                            in.tensor("in.mlp"),
                            in.weight("gelu.proj_in.weight"),
                            in.weight("gelu.proj_in.bias"),
                            in.weight("gelu.proj_out.weight"),
                            in.weight("gelu.proj_out.bias")));
            in.check(
                    "out.mlp_swiglu",
                    scope.call(
                            dit,
                            "mlp_swiglu",
                            in.tensor("in.mlp"),
                            in.weight("swiglu.proj_in_gate.weight"),
                            in.weight("swiglu.proj_in.weight"),
                            in.weight("swiglu.proj_out.weight")));
        }
    }

    private static IValue ones(TensorScope scope, int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return tensor(scope, TensorShape.of(count), ones);
    }

    private static IValue tensor(TensorScope scope, TensorShape shape, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return scope.tensor(bytes, TensorType.F32, shape);
    }

    private void time(GoldenVectors vectors) {
        try (Checkpoint weights = vectors.openWeights();
                TorchScript dit = runtime.load(SCRIPT);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue times = in.tensor("in.timestep");
            int width = Math.toIntExact(vectors.tensor("out.sinusoid").shape().sizes().get(1));
            in.check(
                    "out.sinusoid", scope.call(dit, "sinusoid", times, scope.number((long) width)));
            IValue all = scope.dictionary(weights.tensorsUnder(vectors.weightsPrefix()));
            in.check("out.emb", scope.call(dit, "time", all, times));
        }
    }

    private void rope(GoldenVectors vectors) {
        try (TorchScript dit = runtime.load(SCRIPT);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            int width = in.size("in.q", 2);
            int text = in.size("in.txt_q", 0);
            JsonNode shapes = vectors.description().path("config").path("window_shapes");
            long[] windows = new long[4 * shapes.size()];
            for (int i = 0; i < shapes.size(); i++) {
                windows[4 * i] = 1;
                for (int axis = 0; axis < 3; axis++) {
                    windows[4 * i + 1 + axis] = shapes.path(i).path(axis).asLong();
                }
            }
            var of = new RopeOf(dit, in, scope.numbers(windows), width, text);
            of.pixel();
            of.mm();
        }
    }

    /** Both rotations of some windows. */
    private record RopeOf(TorchScript dit, GoldenTensors in, IValue windows, int width, int text) {
        void pixel() {
            IValue table = scope().call(dit, "pixel_rope", windows, number(width), like());
            in.check("out.rope7.q", rotated("in.q", table));
            in.check("out.rope7.k", rotated("in.k", table));
            in.check(
                    "out.rope7.angles",
                    scope().call(dit, "all_pixel_angles", windows, number(width)));
        }

        void mm() {
            IValue table =
                    scope().call(dit, "mm_rope", windows, number(width), number(text), like());
            IValue ofText = scope().call(dit, "mm_text_rope", number(width), number(text), like());
            in.check("out.rope3.q", rotated("in.q", table));
            in.check("out.rope3.k", rotated("in.k", table));
            in.check("out.rope3.txt_q", rotated("in.txt_q", ofText));
            in.check("out.rope3.txt_k", rotated("in.txt_k", ofText));
            in.check(
                    "out.rope3.vid_angles",
                    scope().call(dit, "all_mm_angles", windows, number(width), number(text)));
            in.check(
                    "out.rope3.txt_angles",
                    scope().call(dit, "mm_text_angles", number(width), number(text)));
        }

        private TensorScope scope() {
            return in.scope();
        }

        private IValue like() {
            return in.tensor("in.q");
        }

        private IValue number(int value) {
            return scope().number((long) value);
        }

        private IValue rotated(String key, IValue table) {
            return scope().call(dit, "rotate", in.tensor(key), table);
        }
    }

    private void block(GoldenVectors vectors) {
        JsonNode config = vectors.description().path("config");
        int layer = vectors.description().path("block_index").asInt();
        try (TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            var block =
                    new DitBlock(
                            in.weights(),
                            layer,
                            layer == config.path("num_layers").asInt() - 1,
                            partition(config.path("num_windows")));
            var streams = new DitBlock.Streams(in.tensor("in.vid"), in.tensor("in.txt"));
            var result =
                    block.run(
                            runtime,
                            scope,
                            streams,
                            in.tensor("in.emb"),
                            grid(vectors.description().path("token_grid")),
                            in.size("in.txt", 0));
            in.check("out.vid", result.video());
            if (vectors.has("out.txt")) {
                in.check("out.txt", result.text());
            }
        }
    }

    private void network(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights();
                Dit dit = load(vectors, file);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            double timestep = scope.floats(in.tensor("in.timestep")).at(0);
            in.check(
                    "out.vid",
                    dit.velocity(
                            scope,
                            in.tensor("in.vid"),
                            TextEmbedding.of(scope, vectors.tensor("in.txt")),
                            timestep,
                            grid(vectors.description().path("token_grid")),
                            () -> {}));
        }
    }

    /** Checks that the loader accepts exactly these weights. */
    private void weights(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights();
                Dit dit = load(vectors, file)) {
            vectors.checkSame(
                    "layers",
                    dit.layers(),
                    vectors.description().path("config").path("num_layers").asInt());
        }
    }

    private Dit load(GoldenVectors vectors, Checkpoint file) {
        return Dit.load(
                runtime,
                file.name(),
                file.tensorsUnder(vectors.weightsPrefix()),
                partition(vectors.description().path("config").path("num_windows")),
                Precision.FP32,
                Work.UNWATCHED);
    }

    static WindowPartition partition(JsonNode counts) {
        return new WindowPartition(
                counts.path(0).asInt(), counts.path(1).asInt(), counts.path(2).asInt());
    }

    static TokenGrid grid(JsonNode size) {
        return new TokenGrid(size.path(0).asInt(), size.path(1).asInt(), size.path(2).asInt());
    }

    private void sampler(GoldenVectors vectors) {
        try (var sampler = new EulerSampler(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            FloatTensor w = scope.floats(in.tensor("in.w"));
            for (JsonNode steps : vectors.description().path("steps")) {
                IValue clean =
                        sampler.sample(
                                scope,
                                in.tensor("in.x_T"),
                                new LerpSchedule(steps.asInt()),
                                (s, x, t, i) -> toy(s, s.floats(x), w, t, i));
                in.check("out.x0_steps" + steps.asInt(), clean);
            }
        }
    }

    /** tanh(x w) + 0.5 cos(3 x) t / 1000 + 0.1 i. */
    private static IValue toy(
            TensorScope scope, FloatTensor x, FloatTensor w, double timestep, int step) {
        int width = Math.toIntExact(w.shape().sizes().get(1));
        float[] v = new float[x.size()];
        for (int i = 0; i < v.length; i++) {
            double sum = 0;
            int row = i - i % width;
            for (int k = 0; k < width; k++) {
                sum += (double) x.at(row + k) * w.at(k * width + i % width);
            }
            double wave = 0.5 * Math.cos(3 * x.at(i)) * timestep / LerpSchedule.LENGTH;
            v[i] = (float) (Math.tanh(sum) + wave + 0.1 * step);
        }
        return tensor(scope, x.shape(), v);
    }

    private void guidance(GoldenVectors vectors) {
        try (var sampler = new EulerSampler(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            for (JsonNode entry : vectors.description().path("cases")) {
                var guidance =
                        new Guidance(
                                entry.path("scale").asDouble(), entry.path("rescale").asDouble());
                IValue positive = in.tensor("in.pos");
                in.check(
                        entry.path("out").asText(),
                        guidance.equals(Guidance.NONE)
                                ? positive
                                : sampler.guided(scope, positive, in.tensor("in.neg"), guidance));
            }
        }
    }
}
