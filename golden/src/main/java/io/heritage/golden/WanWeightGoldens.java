package io.heritage.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.text.PromptSegment;
import io.heritage.models.wan.text.PromptTokenizer;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.LoraFile;
import io.heritage.models.wan.weights.StoredWeight;
import io.heritage.models.wan.weights.WanWeightLoader;
import io.heritage.models.wan.weights.WeightChange;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Wan's checkpoints in all their layouts, 8-bit weights and LoRAs. */
final class WanWeightGoldens {
    private static final int FLOAT32 = 6;
    private static final int PATTERNS = 256;

    private final TorchRuntime runtime;

    private WanWeightGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var weights = new WanWeightGoldens(runtime);
        return List.of(
                new GoldenKind("fp8_decode", weights::decode),
                new GoldenKind("fp8_expected", weights::allFiles),
                new GoldenKind("fp8_ckpt", weights::oneFile),
                new GoldenKind("lora_merge", weights::merge));
    }

    private void decode(GoldenVectors vectors) {
        checkPatterns(vectors, "e4m3fn", FloatPatterns::e4m3);
        checkPatterns(vectors, "e5m2", FloatPatterns::e5m2);
        checkEach(vectors, "out.e4m3fn_isnan", bits -> Float.isNaN(FloatPatterns.e4m3(bits)));
        checkEach(vectors, "out.e5m2_isnan", bits -> Float.isNaN(FloatPatterns.e5m2(bits)));
        checkEach(vectors, "out.e5m2_isinf", bits -> Float.isInfinite(FloatPatterns.e5m2(bits)));
        var weight =
                new StoredWeight(
                        vectors.tensor("in.weight_bytes"),
                        TensorType.F8_E4M3,
                        vectors.tensor("in.scale"));
        try (WanWeightLoader loader = loader();
                TensorScope scope = runtime.newScope()) {
            vectors.check("out.weight", scope.floats(loader.float32(scope, weight, List.of())));
        }
    }

    private static void checkPatterns(
            GoldenVectors vectors, String kind, IntFunction<Float> value) {
        float[] values = new float[PATTERNS];
        for (int i = 0; i < PATTERNS; i++) {
            float decoded = value.apply(i);
            values[i] = Float.isFinite(decoded) ? decoded : 0;
        }
        vectors.check("out." + kind, new FloatTensor(TensorShape.of(PATTERNS), values));
    }

    private static void checkEach(GoldenVectors vectors, String output, IntPredicate is) {
        float[] values = new float[PATTERNS];
        for (int i = 0; i < PATTERNS; i++) {
            values[i] = is.test(i) ? 1 : 0;
        }
        vectors.check(output, new FloatTensor(TensorShape.of(PATTERNS), values));
    }

    private void allFiles(GoldenVectors vectors) {
        for (var entry : vectors.description().path("files").properties()) {
            String file = entry.getValue().asText().split(":", 2)[0];
            String prefix = "out.%s.".formatted(entry.getKey());
            dequantised(vectors.beside(file), entry.getKey())
                    .forEach((key, value) -> vectors.check(prefix + key, value));
        }
    }

    private void oneFile(GoldenVectors vectors) {
        String letter = vectors.description().path("name").asText().substring(9, 10);
        String upper = letter.toUpperCase(Locale.ROOT);
        Path file = Path.of(vectors.name());
        var found = dequantised(file, upper);
        Path other = vectors.beside(vectors.description().path("expected").asText());
        try (Checkpoint expected = Checkpoint.open(other)) {
            var wanted = expected.tensorsUnder("out.%s.".formatted(upper));
            vectors.checkSame("keys", found.keySet(), wanted.keySet());
            wanted.forEach((key, tensor) -> {
                if (found.get(key) instanceof FloatTensor value) {
                    vectors.check(key, value, tensor, 1e-6);
                }
            });
        }
        if (upper.equals("E")) {
            checkTokenizer(vectors, file);
        }
    }

    private static void checkTokenizer(GoldenVectors vectors, Path file) {
        try (WeightFile weights = WeightFile.open(file, KeyNaming.UMT5)) {
            CheckpointTensor model = weights.other(KeyNaming.TOKENIZER).orElseThrow();
            byte[] bytes = new byte[model.bytes().remaining()];
            model.bytes().get(bytes);
            try (PromptTokenizer tokenizer = PromptTokenizer.of(weights.name(), bytes)) {
                vectors.checkSame(
                        "ids",
                        tokenizer.tokens(PromptSegment.verbatim("a cat"), 48).ids(),
                        List.of(277, 295, 1));
            }
        }
    }

    /** Float32 by canonical key. */
    private Map<String, FloatTensor> dequantised(Path file, String letter) {
        KeyNaming naming = letter.equals("E") ? KeyNaming.UMT5 : KeyNaming.DIT;
        var values = new HashMap<String, FloatTensor>();
        try (WeightFile weights = WeightFile.open(file, naming);
                WanWeightLoader loader = loader();
                TensorScope scope = runtime.newScope()) {
            weights.weights()
                    .forEach((key, weight) ->
                            values.put(
                                    key, scope.floats(loader.float32(scope, weight, List.of()))));
        }
        return values;
    }

    private void merge(GoldenVectors vectors) {
        WeightFile base =
                WeightFile.of(
                        vectors.name(),
                        vectors.tensorsUnder(vectors.weightsPrefix()),
                        KeyNaming.DIT);
        var targets = new HashMap<String, TensorShape>();
        base.weights().forEach((key, weight) -> targets.put(key, weight.tensor().shape()));
        try (WanWeightLoader loader = loader();
                TensorScope scope = runtime.newScope()) {
            for (var entry : vectors.description().path("cases").properties()) {
                var changes = changes(vectors, entry.getKey(), entry.getValue(), targets);
                var changed = new TreeSet<String>();
                entry.getValue().path("changed").forEach(key -> changed.add(key.asText()));
                vectors.checkSame("changed", new TreeSet<>(changes.keySet()), changed);
                changes.forEach((key, all) ->
                        vectors.check(
                                "out.%s.%s".formatted(entry.getKey(), key),
                                scope.floats(loader.float32(scope, base.weight(key), all))));
            }
        }
    }

    /** One file, or several whose keys begin with their number and a slash. */
    private static Map<String, List<WeightChange>> changes(
            GoldenVectors vectors, String name, JsonNode entry, Map<String, TensorShape> targets) {
        String prefix = "lora.%s.".formatted(name);
        JsonNode strength = entry.path("strength");
        if (!strength.isArray()) {
            return LoraFile.changes(
                    name, vectors.tensorsUnder(prefix), targets, strength.asDouble());
        }
        List<Map<String, List<WeightChange>>> files = new ArrayList<>();
        for (int i = 0; i < strength.size(); i++) {
            files.add(
                    LoraFile.changes(
                            name,
                            vectors.tensorsUnder("%s%d/".formatted(prefix, i)),
                            targets,
                            strength.path(i).asDouble()));
        }
        return LoraFile.joined(files);
    }

    private WanWeightLoader loader() {
        return WanWeightLoader.open(runtime, FLOAT32, Float8Storage.WIDEN);
    }
}
