package io.heritage.models.wan.dit;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.wan.weights.WeightFile;
import io.heritage.models.wan.weights.WeightType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Sizes of an expert, and from them its keys and shapes.
 *
 * @param width of the stream
 * @param hidden width of the feed-forward network
 * @param layers blocks
 * @param inputs channels: 16 noisy latent, 4 mask, 16 conditioning latent
 * @param outputs channels
 * @param timeWidth numbers that a timestep is spread over
 * @param textWidth of the text encoder's rows
 */
public record WanDitLayout(
        long width,
        long hidden,
        int layers,
        long inputs,
        long outputs,
        long timeWidth,
        long textWidth) {
    /** Wan2.2 I2V A14B, high or low noise. */
    public static final WanDitLayout A14B = new WanDitLayout(5120, 13824, 40, 36, 16, 256, 4096);

    private static final long TEXT_TO_VIDEO_INPUTS = 16;
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\..+");
    private static final Pattern LINEAR =
            Pattern.compile("blocks\\.\\d+\\.(?:(?:self|cross)_attn\\.[qkvo]|ffn\\.[02])\\.weight");
    private static final Pattern COMPUTED =
            Pattern.compile(
                    "blocks\\.\\d+\\.(?:(?:self|cross)_attn\\.[qkvo]|ffn\\.[02])\\.bias|text_embedding\\..+");

    /**
     * Reads the sizes of a file, and checks its keys and shapes against what follows from them.
     *
     * @throws CheckpointMismatch that says what it is if it is no image-to-video expert of 2.2
     */
    public static WanDitLayout of(WeightFile file) {
        refuseOthers(file);
        var layout =
                new WanDitLayout(
                        file.size("head.modulation", 2),
                        file.size("blocks.0.ffn.0.weight", 0),
                        blocks(file),
                        file.size("patch_embedding.weight", 1),
                        file.size("head.head.weight", 0) / 4,
                        file.size("time_embedding.0.weight", 1),
                        file.size("text_embedding.0.weight", 1));
        file.requireExactly(layout.expected());
        return layout;
    }

    private static void refuseOthers(WeightFile file) {
        if (file.hasAny("img_emb.")) {
            throw mismatch(file, "img_emb", "a Wan 2.1 image-to-video model, which has this part");
        }
        if (file.hasAny("lora_") || file.hasAny("blocks.0.self_attn.q.lora_")) {
            throw mismatch(file, "blocks.0.self_attn.q.weight", "a LoRA, which is merged into one");
        }
        if (file.hasAny("decoder.") || file.hasAny("encoder.")) {
            throw mismatch(file, "patch_embedding.weight", "a VAE or a text encoder");
        }
        if (file.size("patch_embedding.weight", 1) == TEXT_TO_VIDEO_INPUTS) {
            throw mismatch(
                    file, "patch_embedding.weight", "a text-to-video expert: 16 input channels");
        }
    }

    private static CheckpointMismatch mismatch(WeightFile file, String key, String found) {
        return new CheckpointMismatch(
                file.name(), key, "an image-to-video expert of Wan2.2 (36 input channels)", found);
    }

    private static int blocks(WeightFile file) {
        return file.weights().keySet().stream()
                .map(BLOCK::matcher)
                .filter(matcher -> matcher.matches() && matcher.group(1).length() < 5)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)) + 1)
                .max()
                .orElse(0);
    }

    /** The type in which a key's weight is loaded; docs/spec/wan22.md, section 5.5. */
    static WeightType type(String key) {
        if (LINEAR.matcher(key).matches()) {
            return WeightType.LINEAR;
        }
        return COMPUTED.matcher(key).matches() ? WeightType.COMPUTE : WeightType.FLOAT32;
    }

    /** Shapes by key. */
    public Map<String, TensorShape> expected() {
        var shapes = new LinkedHashMap<String, TensorShape>();
        shapes.put("patch_embedding.weight", TensorShape.of(width, inputs, 1, 2, 2));
        shapes.put("patch_embedding.bias", TensorShape.of(width));
        addLinear(shapes, "text_embedding.0", textWidth, width);
        addLinear(shapes, "text_embedding.2", width, width);
        addLinear(shapes, "time_embedding.0", timeWidth, width);
        addLinear(shapes, "time_embedding.2", width, width);
        addLinear(shapes, "time_projection.1", width, 6 * width);
        for (int i = 0; i < layers; i++) {
            addBlock(shapes, "blocks.%d.".formatted(i));
        }
        shapes.put("head.modulation", TensorShape.of(1, 2, width));
        addLinear(shapes, "head.head", width, 4 * outputs);
        return shapes;
    }

    private void addBlock(Map<String, TensorShape> shapes, String block) {
        shapes.put(block + "modulation", TensorShape.of(1, 6, width));
        addAttention(shapes, block + "self_attn.");
        shapes.put(block + "norm3.weight", TensorShape.of(width));
        shapes.put(block + "norm3.bias", TensorShape.of(width));
        addAttention(shapes, block + "cross_attn.");
        addLinear(shapes, block + "ffn.0", width, hidden);
        addLinear(shapes, block + "ffn.2", hidden, width);
    }

    private void addAttention(Map<String, TensorShape> shapes, String attention) {
        for (String name : new String[] {"q", "k", "v", "o"}) {
            addLinear(shapes, attention + name, width, width);
        }
        shapes.put(attention + "norm_q.weight", TensorShape.of(width));
        shapes.put(attention + "norm_k.weight", TensorShape.of(width));
    }

    private static void addLinear(
            Map<String, TensorShape> shapes, String layer, long inputs, long outputs) {
        shapes.put(layer + ".weight", TensorShape.of(outputs, inputs));
        shapes.put(layer + ".bias", TensorShape.of(outputs));
    }

    /**
     * Operations of one pass, two for each multiplication and addition of the blocks' products and
     * attention.
     *
     * @param tokens of the latent
     * @param textRows 512 in the published one
     */
    public long flops(long tokens, long textRows) {
        long linear = tokens * (6 * width * width + 2 * width * hidden);
        long text = textRows * 2 * width * width;
        long attention = 2 * width * (tokens * tokens + textRows * tokens);
        return 2 * layers * (linear + text + attention);
    }

    /** Numbers in the weights. */
    public long parameters() {
        return expected().values().stream().mapToLong(TensorShape::elements).sum();
    }
}
