package io.heritage.models.seedvr2.dit;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a diffusion transformer, and the keys and shapes that follow from them
 * (docs/spec/seedvr2.md, section 8).
 *
 * @param kind of MLP, rope and head
 * @param width of both token streams
 * @param headWidth channels of one head
 * @param textWidth of a text token
 * @param hidden width of the MLP
 * @param layers blocks
 * @param separateLayers blocks, from the first, with weights of their own for video and text
 */
public record DitLayout(
        Kind kind,
        int width,
        int headWidth,
        int textWidth,
        int hidden,
        int layers,
        int separateLayers) {
    public static final DitLayout RELEASED_3B =
            new DitLayout(Kind.MM_SWIGLU, 2560, 128, 5120, 6912, 32, 10);
    public static final DitLayout RELEASED_7B =
            new DitLayout(Kind.PIXEL_GELU, 3072, 128, 5120, 12288, 36, 36);

    /** 16 channels of noisy latent, 16 of the input's latent, 1 mask. */
    public static final int INPUT_CHANNELS = 33;

    public static final int LATENT_CHANNELS = 16;
    private static final int PATCH = 4;
    private static final int TIME_FEATURES = 256;
    private static final List<String> MODULATION =
            List.of("attn_shift", "attn_scale", "attn_gate", "mlp_shift", "mlp_scale", "mlp_gate");

    /** Kind of MLP, rope and head. */
    public enum Kind {
        /** 7B: GELU; rope of the video in -1 to 1. */
        PIXEL_GELU,
        /** 3B: SwiGLU; rope of both streams by index; modulation before the last projection. */
        MM_SWIGLU
    }

    /**
     * Derives the sizes from the weights. {@link #expected} is used to check the other keys and
     * shapes.
     *
     * @throws CheckpointMismatch if the keys are not those of such a network
     */
    public static DitLayout of(String file, Map<String, CheckpointTensor> tensors) {
        boolean swiglu = tensors.containsKey("vid_out_norm.weight");
        int layers = 0;
        int separate = 0;
        while (tensors.containsKey(qkv(layers, "vid")) || tensors.containsKey(qkv(layers, "all"))) {
            separate += tensors.containsKey(qkv(layers, "vid")) ? 1 : 0;
            layers++;
        }
        String first = separate > 0 ? "vid" : "all";
        return new DitLayout(
                swiglu ? Kind.MM_SWIGLU : Kind.PIXEL_GELU,
                size(file, tensors, "vid_in.proj.bias", 0),
                size(file, tensors, "blocks.0.attn.norm_q." + first + ".weight", 0),
                size(file, tensors, "txt_in.weight", 1),
                size(file, tensors, "blocks.0.mlp." + first + ".proj_in.weight", 0),
                layers,
                separate);
    }

    private static String qkv(int layer, String stream) {
        return "blocks.%d.attn.proj_qkv.%s.weight".formatted(layer, stream);
    }

    private static int size(
            String file, Map<String, CheckpointTensor> tensors, String key, int axis) {
        var tensor = tensors.get(key);
        if (tensor == null || tensor.shape().sizes().size() <= axis) {
            throw new CheckpointMismatch(
                    file,
                    key,
                    "a weight of the SeedVR2 diffusion transformer",
                    tensor == null ? "nothing" : tensor.shape().toString());
        }
        return Math.toIntExact(tensor.shape().sizes().get(axis));
    }

    Rope rope() {
        return new Rope(kind, headWidth);
    }

    /** Every key with its shape, in the order of the released files. */
    public Map<String, TensorShape> expected() {
        var keys = new LinkedHashMap<String, TensorShape>();
        linear(keys, "vid_in.proj", PATCH * INPUT_CHANNELS, width);
        linear(keys, "txt_in", textWidth, width);
        linear(keys, "emb_in.proj_in", TIME_FEATURES, width);
        linear(keys, "emb_in.proj_hid", width, width);
        linear(keys, "emb_in.proj_out", width, MODULATION.size() * width);
        for (int i = 0; i < layers; i++) {
            block(keys, "blocks." + i, i < separateLayers ? List.of("vid", "txt") : List.of("all"));
        }
        if (kind == Kind.MM_SWIGLU) {
            vector(keys, "vid_out_norm.weight", width);
            vector(keys, "vid_out_ada.out_shift", width);
            vector(keys, "vid_out_ada.out_scale", width);
        }
        linear(keys, "vid_out.proj", width, PATCH * LATENT_CHANNELS);
        return keys;
    }

    private void block(Map<String, TensorShape> keys, String block, List<String> streams) {
        for (String stream : streams) {
            matrix(keys, block + ".attn.proj_qkv." + stream + ".weight", width, 3 * width);
            linear(keys, block + ".attn.proj_out." + stream, width, width);
            vector(keys, block + ".attn.norm_q." + stream + ".weight", headWidth);
            vector(keys, block + ".attn.norm_k." + stream + ".weight", headWidth);
            mlp(keys, block + ".mlp." + stream);
            for (String name : MODULATION) {
                vector(keys, block + ".ada." + stream + "." + name, width);
            }
        }
        vector(keys, block + ".attn.rope.rope.freqs", ropeFrequencies());
    }

    private void mlp(Map<String, TensorShape> keys, String mlp) {
        switch (kind) {
            case PIXEL_GELU -> {
                linear(keys, mlp + ".proj_in", width, hidden);
                linear(keys, mlp + ".proj_out", hidden, width);
            }
            case MM_SWIGLU -> {
                matrix(keys, mlp + ".proj_in_gate.weight", width, hidden);
                matrix(keys, mlp + ".proj_in.weight", width, hidden);
                matrix(keys, mlp + ".proj_out.weight", hidden, width);
            }
        }
    }

    private int ropeFrequencies() {
        return switch (kind) {
            case PIXEL_GELU -> headWidth / 2 / 3 / 2;
            case MM_SWIGLU -> headWidth / 3 / 2;
        };
    }

    private static void linear(Map<String, TensorShape> keys, String layer, int in, int out) {
        matrix(keys, layer + ".weight", in, out);
        vector(keys, layer + ".bias", out);
    }

    private static void matrix(Map<String, TensorShape> keys, String key, int in, int out) {
        keys.put(key, TensorShape.of(out, in));
    }

    private static void vector(Map<String, TensorShape> keys, String key, int size) {
        keys.put(key, TensorShape.of(size));
    }
}
