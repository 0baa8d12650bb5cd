package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.DitCalls;
import io.heritage.models.wan.dit.DitOptions;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Wan2.2's transformer, and the norms of all its networks. */
final class WanDitGoldens {
    private final TorchRuntime runtime;

    private WanDitGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var dit = new WanDitGoldens(runtime);
        return List.of(
                new GoldenKind("dit_rope", dit::rope),
                new GoldenKind("dit_time", dit::time),
                new GoldenKind("dit_block", dit::block),
                new GoldenKind("dit", dit::whole));
    }

    private void rope(GoldenVectors vectors) {
        try (DitCalls calls = DitCalls.open(runtime);
                TensorScope scope = runtime.newScope()) {
            for (JsonNode entry : vectors.description().path("cases")) {
                String at = entry.path("index").asText();
                int headSize = entry.path("head_dim").asInt();
                int heads = entry.path("heads").asInt();
                CheckpointTensor x = vectors.tensor("in.%s.x".formatted(at));
                long tokens = x.shape().sizes().get(1);
                IValue flat =
                        scope.tensor(
                                x.bytes(), x.type(), TensorShape.of(1, tokens, heads * headSize));
                IValue rope = rope(calls, scope, entry.path("grid_fhw"), headSize, flat);
                checkTables(vectors, at, scope.floats(calls.call(scope, "real", rope)));
                IValue y = calls.call(scope, "rotated", flat, rope, scope.number((long) heads));
                vectors.check(
                        "out.%s.y".formatted(at), WanGoldens.shaped(scope.floats(y), x.shape()));
            }
        }
    }

    private static IValue rope(
            DitCalls calls, TensorScope scope, JsonNode grid, int headSize, IValue like) {
        return calls.call(
                scope,
                "rope",
                scope.number(grid.path(0).asLong()),
                scope.number(grid.path(1).asLong()),
                scope.number(grid.path(2).asLong()),
                scope.number((long) headSize),
                like);
    }

    /** Cosine and sine are side by side. */
    private static void checkTables(GoldenVectors vectors, String at, FloatTensor table) {
        List<Long> sizes = table.shape().sizes();
        float[] cos = new float[table.size() / 2];
        float[] sin = new float[table.size() / 2];
        for (int i = 0; i < cos.length; i++) {
            cos[i] = table.at(2 * i);
            sin[i] = table.at(2 * i + 1);
        }
        TensorShape shape = TensorShape.of(sizes.get(0), sizes.get(1));
        vectors.check("out.%s.cos".formatted(at), new FloatTensor(shape, cos));
        vectors.check("out.%s.sin".formatted(at), new FloatTensor(shape, sin));
    }

    private void time(GoldenVectors vectors) {
        try (DitCalls calls = DitCalls.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue weights = scope.dictionary(in.weights());
            FloatTensor times = scope.floats(in.tensor("in.t"));
            var rows = new HashMap<String, List<FloatTensor>>();
            for (int i = 0; i < times.size(); i++) {
                IValue t = scope.number((double) times.at(i));
                IValue[] parts = scope.parts(calls.call(scope, "time", weights, t));
                row(rows, "out.sin256", sinusoid(calls, scope, t, 256));
                row(rows, "out.sin", sinusoid(calls, scope, t, in.size("out.sin", 1)));
                row(rows, "out.e", scope.floats(parts[0]));
                row(rows, "out.e0", scope.floats(parts[1]));
            }
            rows.forEach((output, all) -> vectors.check(output, WanGoldens.joined(all)));
        }
    }

    private static FloatTensor sinusoid(DitCalls calls, TensorScope scope, IValue t, int width) {
        return scope.floats(calls.call(scope, "sinusoid", t, scope.number((long) width)));
    }

    private static void row(Map<String, List<FloatTensor>> rows, String output, FloatTensor row) {
        rows.computeIfAbsent(output, _ -> new ArrayList<>()).add(row);
    }

    private void block(GoldenVectors vectors) {
        JsonNode config = vectors.description().path("config");
        try (DitCalls calls = DitCalls.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue w = scope.dictionary(in.weights());
            IValue p = scope.text("blocks.0");
            IValue x = in.tensor("in.x");
            IValue e0 = in.tensor("in.e0");
            IValue text = in.tensor("in.context");
            IValue heads = scope.number(config.path("num_heads").asLong());
            int headSize = config.path("dim").asInt() / config.path("num_heads").asInt();
            IValue rope = rope(calls, scope, config.path("grid_fhw"), headSize, x);

            IValue a = calls.call(scope, "self_attention_input", w, p, x, e0);
            in.check("out.sa_in", a);
            IValue attended = calls.call(scope, "self_attention", w, p, a, rope, heads);
            in.check("out.sa", attended);
            IValue afterSelf = calls.call(scope, "after_self_attention", w, p, x, attended, e0);
            in.check("out.x_after_sa", afterSelf);
            IValue crossed = calls.call(scope, "cross_attention", w, p, afterSelf, text, heads);
            in.check("out.ca", crossed);
            IValue afterCross = calls.call(scope, "sum", afterSelf, crossed);
            in.check("out.x_after_ca", afterCross);
            in.check("out.ffn", calls.call(scope, "feed_forward", w, p, afterCross, e0));
            IValue own = calls.call(scope, "copied", x);
            IValue fp32 = scope.number(6L);
            IValue no = scope.flag(false);
            in.check(
                    "out.x",
                    calls.call(scope, "block", w, p, own, e0, text, rope, heads, fp32, no));
        }
    }

    /** Runs the items of a batch one by one. */
    private void whole(GoldenVectors vectors) {
        JsonNode config = vectors.description().path("config");
        try (WanDit dit = dit(runtime, config, weights(vectors, ""));
                DitCalls calls = DitCalls.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var rows = new HashMap<String, List<FloatTensor>>();
            int samples = vectors.tensor("in.t").shape().sizes().getFirst().intValue();
            for (int i = 0; i < samples; i++) {
                sample(vectors, dit, calls, scope, i, rows);
            }
            rows.forEach((output, all) ->
                    vectors.check(
                            output,
                            all.getFirst().shape().sizes().getFirst() == 1
                                    ? WanGoldens.joined(all)
                                    : WanGoldens.stacked(all)));
        }
    }

    private static void sample(
            GoldenVectors vectors,
            WanDit dit,
            DitCalls calls,
            TensorScope scope,
            int i,
            Map<String, List<FloatTensor>> rows) {
        var in = new GoldenTensors(vectors, scope);
        IValue x = part(scope, vectors.tensor("in.x"), i);
        IValue y = part(scope, vectors.tensor("in.y"), i);
        IValue text = in.tensor("in.context" + i);
        double t = scope.floats(in.tensor("in.t")).at(i);
        var size = new LatentSize(in.size("in.x", 2), in.size("in.x", 3), in.size("in.x", 4));
        row(rows, "out.context", scope.floats(dit.context(scope, text)));
        row(rows, "out.tokens", scope.floats(calls.call(scope, "tokens", dit.ends(), x, y)));
        IValue v =
                dit.velocity(
                        scope,
                        size,
                        x,
                        y,
                        t,
                        text,
                        (block, stream) -> {
                            row(rows, "out.block" + block, scope.floats(stream));
                            if (block == dit.layers() - 1) {
                                row(rows, "out.head", head(dit, calls, scope, stream, t));
                            }
                        });
        row(rows, "out.v", scope.floats(v));
    }

    private static FloatTensor head(
            WanDit dit, DitCalls calls, TensorScope scope, IValue stream, double t) {
        IValue[] time = scope.parts(calls.call(scope, "time", dit.ends(), scope.number(t)));
        return scope.floats(calls.call(scope, "head", dit.ends(), stream, time[0]));
    }

    /** One item of a batch. */
    private static IValue part(TensorScope scope, CheckpointTensor batch, int index) {
        List<Long> sizes = batch.shape().sizes();
        var shape = new TensorShape(sizes.subList(1, sizes.size()));
        int bytes = Math.toIntExact(shape.elements() * batch.type().bytes());
        return scope.tensor(batch.bytes().slice(index * bytes, bytes), batch.type(), shape);
    }

    static WanDit dit(TorchRuntime runtime, JsonNode config, WeightFile file) {
        int headSize = config.path("dim").asInt() / config.path("num_heads").asInt();
        var options = DitOptions.float32(headSize, config.path("text_len").asInt());
        WanDit dit = WanDit.open(runtime, file, Map.of(), options);
        dit.loadBlocks((_, _) -> {});
        return dit;
    }

    /**
     * Weights of a case as a file of their network.
     *
     * @param prefix of its keys, after the prefix of all weights
     */
    static WeightFile weights(GoldenVectors vectors, String prefix) {
        return WeightFile.of(
                vectors.name(),
                vectors.tensorsUnder(vectors.weightsPrefix() + prefix),
                KeyNaming.DIT);
    }
}
