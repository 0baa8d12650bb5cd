package io.heritage.models.wan.vae;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.wan.weights.WeightFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a VAE of this kind, and from them its keys and shapes.
 *
 * @param width channels of the first level; the others have 2, 4 and 4 times as many
 * @param latent channels of the latent
 */
public record WanVaeLayout(long width, long latent) {
    /** The published one. */
    public static final WanVaeLayout WAN21 = new WanVaeLayout(96, 16);

    private static final long[] TIMES = {1, 2, 4, 4};
    private static final boolean[] HALVES_TIME = {false, true, true};
    private static final int RESIDUALS = 2;
    private static final String LATENT_OF_48 = "decoder.upsamples.0.upsamples.0.residual.2.weight";

    /** The two halves of a VAE. */
    public enum Half {
        ENCODER("encoder.", "conv1."),
        DECODER("decoder.", "conv2.");

        private final String prefix;
        private final String outside;

        Half(String prefix, String outside) {
            this.prefix = prefix;
            this.outside = outside;
        }

        boolean holds(String key) {
            return key.startsWith(prefix) || key.startsWith(outside);
        }
    }

    /**
     * Reads the sizes of a file, and checks its keys and shapes against what follows from them.
     *
     * @throws CheckpointMismatch that says what it is if it is no VAE of 2.1
     */
    public static WanVaeLayout of(WeightFile file) {
        WanVaeLayout layout = sizes(file, Half.ENCODER);
        file.requireExactly(layout.expected());
        return layout;
    }

    /** The same of a file that may hold one half only; nothing is checked but its kind. */
    static WanVaeLayout sizes(WeightFile file, Half half) {
        if (file.shape(LATENT_OF_48).isPresent()) {
            throw mismatch(file, LATENT_OF_48, "the VAE of Wan2.2 5B with its 48 channels");
        }
        if (file.hasAny("patch_embedding.") || file.hasAny("blocks.0.")) {
            throw mismatch(file, "decoder.conv1.weight", "a diffusion transformer");
        }
        return switch (half) {
            case ENCODER ->
                    new WanVaeLayout(
                            file.size("encoder.conv1.weight", 0),
                            file.size("encoder.head.2.weight", 0) / 2);
            case DECODER ->
                    new WanVaeLayout(
                            file.size("decoder.head.0.gamma", 0),
                            file.size("decoder.conv1.weight", 1));
        };
    }

    private static CheckpointMismatch mismatch(WeightFile file, String key, String found) {
        return new CheckpointMismatch(
                file.name(), key, "the VAE of Wan 2.1 (16 channels, 194 tensors)", found);
    }

    /** Shapes by key. */
    public Map<String, TensorShape> expected() {
        var shapes = new LinkedHashMap<String, TensorShape>();
        addEncoder(shapes);
        addConv(shapes, "conv1", TensorShape.of(2 * latent, 2 * latent, 1, 1, 1));
        addConv(shapes, "conv2", TensorShape.of(latent, latent, 1, 1, 1));
        addDecoder(shapes);
        return shapes;
    }

    /** Missing and unexpected keys of one half of a file. */
    void requireHalf(WeightFile file, Half half) {
        var expected = expected();
        expected.keySet().removeIf(key -> !half.holds(key));
        file.requireAmong(expected, half::holds);
    }

    private void addEncoder(Map<String, TensorShape> shapes) {
        addConv3(shapes, "encoder.conv1", 3, width);
        long channels = width;
        int layer = 0;
        for (int level = 0; level < TIMES.length; level++) {
            for (int i = 0; i < RESIDUALS; i++) {
                long next = width * TIMES[level];
                addResidual(shapes, "encoder.downsamples." + layer++, channels, next);
                channels = next;
            }
            if (level < HALVES_TIME.length) {
                String down = "encoder.downsamples." + layer++;
                addConv(shapes, down + ".resample.1", TensorShape.of(channels, channels, 3, 3));
                if (HALVES_TIME[level]) {
                    addTime(shapes, down, channels, channels);
                }
            }
        }
        addMiddle(shapes, "encoder.middle.", channels);
        addHead(shapes, "encoder.head.", channels, 2 * latent);
    }

    private void addDecoder(Map<String, TensorShape> shapes) {
        long channels = width * TIMES[TIMES.length - 1];
        addConv3(shapes, "decoder.conv1", latent, channels);
        addMiddle(shapes, "decoder.middle.", channels);
        int layer = 0;
        for (int level = TIMES.length - 1; level >= 0; level--) {
            for (int i = 0; i <= RESIDUALS; i++) {
                long next = width * TIMES[level];
                addResidual(shapes, "decoder.upsamples." + layer++, channels, next);
                channels = next;
            }
            if (level > 0) {
                String up = "decoder.upsamples." + layer++;
                addConv(shapes, up + ".resample.1", TensorShape.of(channels / 2, channels, 3, 3));
                if (HALVES_TIME[level - 1]) {
                    addTime(shapes, up, channels, 2 * channels);
                }
                channels /= 2;
            }
        }
        addHead(shapes, "decoder.head.", channels, 3);
    }

    private static void addMiddle(Map<String, TensorShape> shapes, String middle, long channels) {
        addResidual(shapes, middle + "0", channels, channels);
        shapes.put(middle + "1.norm.gamma", TensorShape.of(channels, 1, 1));
        addConv(shapes, middle + "1.to_qkv", TensorShape.of(3 * channels, channels, 1, 1));
        addConv(shapes, middle + "1.proj", TensorShape.of(channels, channels, 1, 1));
        addResidual(shapes, middle + "2", channels, channels);
    }

    private static void addHead(
            Map<String, TensorShape> shapes, String head, long inputs, long outputs) {
        shapes.put(head + "0.gamma", TensorShape.of(inputs, 1, 1, 1));
        addConv3(shapes, head + "2", inputs, outputs);
    }

    private static void addResidual(
            Map<String, TensorShape> shapes, String block, long inputs, long outputs) {
        shapes.put(block + ".residual.0.gamma", TensorShape.of(inputs, 1, 1, 1));
        addConv3(shapes, block + ".residual.2", inputs, outputs);
        shapes.put(block + ".residual.3.gamma", TensorShape.of(outputs, 1, 1, 1));
        addConv3(shapes, block + ".residual.6", outputs, outputs);
        if (inputs != outputs) {
            addConv(shapes, block + ".shortcut", TensorShape.of(outputs, inputs, 1, 1, 1));
        }
    }

    private static void addTime(
            Map<String, TensorShape> shapes, String layer, long inputs, long outputs) {
        addConv(shapes, layer + ".time_conv", TensorShape.of(outputs, inputs, 3, 1, 1));
    }

    private static void addConv3(
            Map<String, TensorShape> shapes, String conv, long inputs, long outputs) {
        addConv(shapes, conv, TensorShape.of(outputs, inputs, 3, 3, 3));
    }

    private static void addConv(Map<String, TensorShape> shapes, String conv, TensorShape weight) {
        shapes.put(conv + ".weight", weight);
        shapes.put(conv + ".bias", TensorShape.of(weight.sizes().getFirst()));
    }

    /** Numbers in the weights. */
    public long parameters() {
        return parameters(Half.ENCODER) + parameters(Half.DECODER);
    }

    /** Numbers in the weights of a half. */
    public long parameters(Half half) {
        return expected().entrySet().stream()
                .filter(entry -> half.holds(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }

    /** Layers of a half in the order a video meets them, by the beginning of their keys. */
    public static List<String> layers(Half half) {
        List<String> layers = new ArrayList<>(List.of(half.prefix + "conv1"));
        List<String> middle = List.of("middle.0", "middle.1", "middle.2");
        int down = TIMES.length * RESIDUALS + HALVES_TIME.length;
        int up = TIMES.length * (RESIDUALS + 1) + HALVES_TIME.length;
        switch (half) {
            case ENCODER -> {
                addNumbered(layers, "encoder.downsamples.", down);
                middle.forEach(name -> layers.add("encoder." + name));
            }
            case DECODER -> {
                middle.forEach(name -> layers.add("decoder." + name));
                addNumbered(layers, "decoder.upsamples.", up);
            }
        }
        layers.add(half.prefix + "head");
        return layers;
    }

    private static void addNumbered(List<String> layers, String beginning, int count) {
        for (int i = 0; i < count; i++) {
            layers.add(beginning + i);
        }
    }
}
