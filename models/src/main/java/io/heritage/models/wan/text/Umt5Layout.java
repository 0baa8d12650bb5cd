package io.heritage.models.wan.text;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.wan.weights.WeightFile;
import io.heritage.models.wan.weights.WeightType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Sizes of a UMT5 encoder, and from them its keys and shapes.
 *
 * @param inner width of attention
 * @param hidden width of the feed-forward network
 */
public record Umt5Layout(
        long vocabulary, long width, long inner, long hidden, long heads, int layers) {
    /** UMT5-XXL. */
    public static final Umt5Layout XXL = new Umt5Layout(256_384, 4096, 4096, 10_240, 64, 24);

    private static final String EMBEDDING = "shared.weight";
    private static final long BUCKETS = 32;
    private static final Pattern LAYER = Pattern.compile("encoder\\.block\\.(\\d+)\\..+");
    private static final Pattern LINEAR = Pattern.compile(".+\\.(?:[qkvo]|wi_0|wi_1|wo)\\.weight");

    /**
     * Reads the sizes of a file, and checks its keys and shapes against what follows from them.
     *
     * @throws CheckpointMismatch if it is no UMT5 encoder
     */
    public static Umt5Layout of(WeightFile file) {
        if (file.hasAny("decoder.block.")) {
            throw new CheckpointMismatch(
                    file.name(),
                    "decoder.block",
                    "the encoder of UMT5 alone",
                    "a model with its decoder");
        }
        String first = "encoder.block.0.layer.";
        var layout =
                new Umt5Layout(
                        file.size(EMBEDDING, 0),
                        file.size(EMBEDDING, 1),
                        file.size(first + "0.SelfAttention.q.weight", 0),
                        file.size(first + "1.DenseReluDense.wi_0.weight", 0),
                        file.size(first + "0.SelfAttention.relative_attention_bias.weight", 1),
                        layers(file));
        file.requireExactly(layout.expected());
        return layout;
    }

    private static int layers(WeightFile file) {
        return file.weights().keySet().stream()
                .map(LAYER::matcher)
                .filter(matcher -> matcher.matches() && matcher.group(1).length() < 5)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)) + 1)
                .max()
                .orElse(0);
    }

    static WeightType type(String key) {
        return LINEAR.matcher(key).matches() ? WeightType.LINEAR : WeightType.FLOAT32;
    }

    /** Shapes by key of a single file. */
    public Map<String, TensorShape> expected() {
        var shapes = new LinkedHashMap<String, TensorShape>();
        shapes.put(EMBEDDING, TensorShape.of(vocabulary, width));
        for (int i = 0; i < layers; i++) {
            String attention = "encoder.block.%d.layer.0.".formatted(i);
            String feedForward = "encoder.block.%d.layer.1.".formatted(i);
            shapes.put(attention + "layer_norm.weight", TensorShape.of(width));
            for (String name : new String[] {"q", "k", "v"}) {
                shapes.put(
                        attention + "SelfAttention." + name + ".weight",
                        TensorShape.of(inner, width));
            }
            shapes.put(attention + "SelfAttention.o.weight", TensorShape.of(width, inner));
            shapes.put(
                    attention + "SelfAttention.relative_attention_bias.weight",
                    TensorShape.of(BUCKETS, heads));
            shapes.put(feedForward + "layer_norm.weight", TensorShape.of(width));
            String dense = feedForward + "DenseReluDense.";
            shapes.put(dense + "wi_0.weight", TensorShape.of(hidden, width));
            shapes.put(dense + "wi_1.weight", TensorShape.of(hidden, width));
            shapes.put(dense + "wo.weight", TensorShape.of(width, hidden));
        }
        shapes.put("encoder.final_layer_norm.weight", TensorShape.of(width));
        return shapes;
    }

    /** Operations of a prompt, two for each multiplication and addition. */
    public long flops(int tokens) {
        long linear = tokens * (4 * width * inner + 3 * width * hidden);
        long attention = 2 * (long) tokens * tokens * inner;
        return 2 * layers * (linear + attention);
    }

    /** Numbers in the weights that come to the device: all but the embedding. */
    public long parameters() {
        return expected().values().stream().mapToLong(TensorShape::elements).sum()
                - vocabulary * width;
    }
}
