package io.heritage.models.seedvr2.vae;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of the video VAE, and the keys and shapes that follow from them (docs/spec/seedvr2.md,
 * sections 5.5 and 8).
 *
 * @param channels of its four levels, full resolution first
 * @param latent channels of the latent
 * @param groups of every group norm; the weights do not tell it
 */
public record VaeLayout(List<Integer> channels, int latent, int groups) {
    /** Pixels of a latent position along one side. */
    public static final int SPATIAL_FACTOR = 8;

    /** Frames of a latent position; the first has one. */
    public static final int TEMPORAL_FACTOR = 4;

    public static final int RELEASED_GROUPS = 32;
    public static final VaeLayout RELEASED =
            new VaeLayout(List.of(128, 256, 512, 512), 16, RELEASED_GROUPS);

    private static final int RGB = 3;
    private static final int DOWN_RESNETS = 2;
    private static final int UP_RESNETS = 3;
    private static final int TEMPORAL_LEVELS = 2;
    private static final Map<String, String> OLD_ATTENTION_NAMES =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    public VaeLayout {
        channels = List.copyOf(channels);
        for (int count : channels) {
            if (count % groups != 0) {
                throw new IllegalArgumentException(
                        "%d channels cannot be split into %d equal groups"
                                .formatted(count, groups));
            }
        }
    }

    /**
     * Derives the sizes from the weights.
     *
     * @throws CheckpointMismatch if the keys are not those of such a network
     */
    public static VaeLayout of(String file, Map<String, CheckpointTensor> tensors, int groups) {
        List<Integer> channels = new ArrayList<>();
        for (int i = 0; ; i++) {
            var conv = tensors.get("encoder.down_blocks.%d.resnets.0.conv1.weight".formatted(i));
            if (conv == null) {
                break;
            }
            channels.add(Math.toIntExact(conv.shape().sizes().getFirst()));
        }
        var out = tensors.get("decoder.conv_in.weight");
        if (channels.size() <= TEMPORAL_LEVELS || out == null || out.shape().sizes().size() < 2) {
            throw new CheckpointMismatch(
                    file, "encoder.down_blocks", "the SeedVR2 video VAE", "another network");
        }
        return new VaeLayout(channels, Math.toIntExact(out.shape().sizes().get(1)), groups);
    }

    /** Tensors under current keys: older files have other names for the attention layers. */
    public static Map<String, CheckpointTensor> underTodaysKeys(
            Map<String, CheckpointTensor> tensors) {
        var renamed = new LinkedHashMap<String, CheckpointTensor>();
        tensors.forEach((key, tensor) -> renamed.put(todaysKey(key), tensor));
        return renamed;
    }

    private static String todaysKey(String key) {
        String name = key;
        for (var old : OLD_ATTENTION_NAMES.entrySet()) {
            name =
                    name.replace(
                            ".attentions.0." + old.getKey() + ".",
                            ".attentions.0." + old.getValue() + ".");
        }
        return name;
    }

    /** Parts of the encoder in order, as {@code seedvr2_vae.py} names them. */
    List<String> encoderParts() {
        List<String> parts = new ArrayList<>(List.of("conv_in"));
        for (int i = 0; i < channels.size(); i++) {
            parts.add("down_blocks." + i);
        }
        parts.addAll(List.of("mid_block", "conv_out"));
        return parts;
    }

    List<String> decoderParts() {
        List<String> parts = new ArrayList<>(List.of("conv_in", "mid_block"));
        for (int i = 0; i < channels.size(); i++) {
            parts.add("up_blocks." + i);
        }
        parts.add("conv_out");
        return parts;
    }

    /** Every key with its shape. */
    public Map<String, TensorShape> expected() {
        var keys = new LinkedHashMap<String, TensorShape>();
        int deepest = channels.getLast();
        conv(keys, "encoder.conv_in", RGB, channels.getFirst(), 3, 3);
        for (int i = 0; i < channels.size(); i++) {
            downBlock(keys, i);
        }
        middle(keys, "encoder.mid_block", deepest);
        norm(keys, "encoder.conv_norm_out", deepest);
        conv(keys, "encoder.conv_out", deepest, 2 * latent, 3, 3);

        conv(keys, "decoder.conv_in", latent, deepest, 3, 3);
        for (int i = 0; i < channels.size(); i++) {
            upBlock(keys, i);
        }
        middle(keys, "decoder.mid_block", deepest);
        norm(keys, "decoder.conv_norm_out", channels.getFirst());
        conv(keys, "decoder.conv_out", channels.getFirst(), RGB, 3, 3);
        return keys;
    }

    private void downBlock(Map<String, TensorShape> keys, int i) {
        String block = "encoder.down_blocks." + i;
        int out = channels.get(i);
        resnets(keys, block, channels.get(Math.max(i - 1, 0)), out, DOWN_RESNETS);
        if (i < channels.size() - 1) {
            boolean spatial = i < channels.size() - 1 - TEMPORAL_LEVELS;
            conv(keys, block + ".downsamplers.0.conv", out, out, spatial ? 1 : 3, 3);
        }
    }

    private void upBlock(Map<String, TensorShape> keys, int i) {
        String block = "decoder.up_blocks." + i;
        List<Integer> reversed = channels.reversed();
        int out = reversed.get(i);
        resnets(keys, block, reversed.get(Math.max(i - 1, 0)), out, UP_RESNETS);
        if (i < channels.size() - 1) {
            int frames = i < TEMPORAL_LEVELS ? 2 : 1;
            conv(keys, block + ".upsamplers.0.conv", out, out, 3, 3);
            conv(keys, block + ".upsamplers.0.upscale_conv", out, 4 * frames * out, 1, 1);
        }
    }

    private static void resnets(
            Map<String, TensorShape> keys, String block, int in, int out, int count) {
        for (int i = 0; i < count; i++) {
            resnet(keys, block + ".resnets." + i, i == 0 ? in : out, out);
        }
    }

    private static void resnet(Map<String, TensorShape> keys, String resnet, int in, int out) {
        norm(keys, resnet + ".norm1", in);
        conv(keys, resnet + ".conv1", in, out, 3, 3);
        norm(keys, resnet + ".norm2", out);
        conv(keys, resnet + ".conv2", out, out, 3, 3);
        if (in != out) {
            conv(keys, resnet + ".conv_shortcut", in, out, 1, 1);
        }
    }

    private static void middle(Map<String, TensorShape> keys, String block, int width) {
        String attention = block + ".attentions.0";
        norm(keys, attention + ".group_norm", width);
        for (String layer : List.of("to_q", "to_k", "to_v", "to_out.0")) {
            keys.put(attention + "." + layer + ".weight", TensorShape.of(width, width));
            keys.put(attention + "." + layer + ".bias", TensorShape.of(width));
        }
        resnets(keys, block, width, width, 2);
    }

    private static void norm(Map<String, TensorShape> keys, String layer, int channels) {
        keys.put(layer + ".weight", TensorShape.of(channels));
        keys.put(layer + ".bias", TensorShape.of(channels));
    }

    private static void conv(
            Map<String, TensorShape> keys, String layer, int in, int out, int frames, int side) {
        keys.put(layer + ".weight", TensorShape.of(out, in, frames, side, side));
        keys.put(layer + ".bias", TensorShape.of(out));
    }
}
