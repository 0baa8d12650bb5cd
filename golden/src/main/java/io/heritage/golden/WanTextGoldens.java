package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.text.PromptCleaning;
import io.heritage.models.wan.text.PromptEncoder;
import io.heritage.models.wan.text.PromptSegment;
import io.heritage.models.wan.text.PromptTokenizer;
import io.heritage.models.wan.text.PromptTokens;
import io.heritage.models.wan.text.RelativeBuckets;
import io.heritage.models.wan.text.Umt5;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Wan's text encoder, its tokenizer and the syntax of prompts. */
final class WanTextGoldens {
    private static final int FLOAT32 = 6;

    private final TorchRuntime runtime;

    private WanTextGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var text = new WanTextGoldens(runtime);
        return List.of(
                new GoldenKind("umt5", text::encoder),
                new GoldenKind("umt5_buckets", text::buckets),
                new GoldenKind("umt5_prompts", text::prompts),
                new GoldenKind("prompt_weights", text::emphasis));
    }

    private void buckets(GoldenVectors vectors) {
        CheckpointTensor relative = vectors.tensor("in.relative");
        float[] buckets = new float[Math.toIntExact(relative.shape().elements())];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = RelativeBuckets.of(relative.bytes().getInt(Integer.BYTES * i));
        }
        vectors.check("out.bucket", new FloatTensor(relative.shape(), buckets));
    }

    private void encoder(GoldenVectors vectors) {
        var weights = vectors.tensorsUnder(vectors.weightsPrefix());
        try (Umt5 network = load(vectors.name(), weights);
                TensorScope scope = runtime.newScope()) {
            var rows = new HashMap<String, List<FloatTensor>>();
            int prompts = vectors.tensor("in.lengths").shape().sizes().getFirst().intValue();
            int longest = vectors.tensor("in.ids").shape().sizes().get(1).intValue();
            for (int i = 0; i < prompts; i++) {
                IValue hidden =
                        network.encode(
                                scope,
                                ids(vectors, i, longest),
                                (layer, stream) ->
                                        row(
                                                rows,
                                                "out.block" + layer,
                                                network,
                                                scope,
                                                stream,
                                                longest));
                row(rows, "out.hidden", network, scope, hidden, longest);
            }
            rows.forEach((output, all) -> {
                if (vectors.has(output)) {
                    vectors.check(output, WanGoldens.stacked(all));
                }
            });
            if (vectors.has("out.pos_bias_12")) {
                vectors.check("out.pos_bias_12", positionBias(network, scope));
            }
        }
    }

    private static FloatTensor positionBias(Umt5 network, TensorScope scope) {
        List<FloatTensor> layers = new ArrayList<>();
        for (int i = 0; i < network.layout().layers(); i++) {
            layers.add(scope.floats(network.positionBias(scope, i, 12)));
        }
        return WanGoldens.stacked(layers);
    }

    private static List<Integer> ids(GoldenVectors vectors, int prompt, int longest) {
        int length = vectors.tensor("in.lengths").bytes().getInt(Integer.BYTES * prompt);
        var all = vectors.tensor("in.ids").bytes();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            ids.add(all.getInt(Integer.BYTES * (prompt * longest + i)));
        }
        return ids;
    }

    private static void row(
            Map<String, List<FloatTensor>> rows,
            String output,
            Umt5 network,
            TensorScope scope,
            IValue stream,
            int longest) {
        rows.computeIfAbsent(output, _ -> new ArrayList<>())
                .add(scope.floats(network.padded(scope, stream, longest)));
    }

    private void prompts(GoldenVectors vectors) {
        JsonNode description = vectors.description();
        withEncoder(
                vectors,
                false,
                (encoder, scope) -> {
                    List<FloatTensor> contexts = new ArrayList<>();
                    int longest = encoder.longest();
                    int count = description.path("rows").size();
                    float[] ids = new float[count * longest];
                    float[] lengths = new float[count];
                    for (int i = 0; i < count; i++) {
                        String prompt = description.path("rows").path(i).path("text").asText();
                        PromptTokens tokens = encoder.tokens(prompt);
                        lengths[i] = tokens.length();
                        for (int j = 0; j < tokens.length(); j++) {
                            ids[i * longest + j] = tokens.ids().get(j);
                        }
                        contexts.add(context(encoder, scope, tokens));
                    }
                    vectors.check("out.ids", new FloatTensor(TensorShape.of(count, longest), ids));
                    vectors.check("out.lengths", new FloatTensor(TensorShape.of(count), lengths));
                    vectors.check("out.context", WanGoldens.stacked(contexts));
                });
        for (JsonNode entry : description.path("cleaning")) {
            vectors.checkSame(
                    "cleaning",
                    PromptCleaning.OFFICIAL.clean(entry.path("raw").asText()),
                    entry.path("cleaned").asText());
        }
    }

    private void emphasis(GoldenVectors vectors) {
        withEncoder(
                vectors,
                true,
                (encoder, scope) -> {
                    List<FloatTensor> contexts = new ArrayList<>();
                    for (JsonNode row : vectors.description().path("rows")) {
                        String text = row.path("text").asText();
                        checkSegments(vectors, PromptSegment.parse(text), row.path("segments"));
                        PromptTokens tokens = encoder.tokens(text);
                        vectors.checkSame("ids", tokens.ids(), GoldenTensors.ints(row.path("ids")));
                        vectors.check("weights", tokens.weights(), row.path("weights"), 1e-9);
                        contexts.add(context(encoder, scope, tokens));
                    }
                    vectors.check("out.context", WanGoldens.stacked(contexts));
                });
    }

    private static void checkSegments(
            GoldenVectors vectors, List<PromptSegment> segments, JsonNode expected) {
        vectors.checkSame("segments", segments.size(), expected.size());
        for (int i = 0; i < Math.min(segments.size(), expected.size()); i++) {
            vectors.checkSame("segment", segments.get(i).text(), expected.path(i).path(0).asText());
            vectors.checkSame(
                    "weight",
                    (float) segments.get(i).weight(),
                    (float) expected.path(i).path(1).asDouble());
        }
    }

    private static FloatTensor context(
            PromptEncoder encoder, TensorScope scope, PromptTokens tokens) {
        IValue rows = encoder.encode(scope, tokens, (_, _) -> {});
        return scope.floats(encoder.network().padded(scope, rows, encoder.longest()));
    }

    /** Runs a case with its encoder. */
    private interface EncoderUse {
        void of(PromptEncoder encoder, TensorScope scope);
    }

    private void withEncoder(GoldenVectors vectors, boolean emphasis, EncoderUse use) {
        JsonNode description = vectors.description();
        String model = description.path("spm_file").asText();
        try (Checkpoint weights = vectors.openWeights();
                Umt5 network = load(weights.name(), weights.tensorsUnder("w."));
                PromptTokenizer tokenizer =
                        PromptTokenizer.of(model, Files.readAllBytes(vectors.beside(model)));
                TensorScope scope = runtime.newScope()) {
            int longest = description.path("pad_to").asInt();
            use.of(
                    new PromptEncoder(tokenizer, network, longest, emphasis, PromptCleaning.NONE),
                    scope);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Umt5 load(String name, Map<String, CheckpointTensor> tensors) {
        return Umt5.load(
                runtime,
                WeightFile.of(name, tensors, KeyNaming.UMT5),
                FLOAT32,
                Float8Storage.WIDEN);
    }
}
