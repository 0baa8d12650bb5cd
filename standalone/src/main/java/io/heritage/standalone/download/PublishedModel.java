package io.heritage.standalone.download;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where each model is published. Checksums: docs/spec/seedvr2.md, section 8. The repositories of
 * {@link #WAN22} and {@link #RIFE47} are what public install scripts agree on; no author vouches
 * for them.
 */
public enum PublishedModel {
    SEEDVR2_3B("seedvr2_3b"),
    SEEDVR2_7B("seedvr2_7b"),
    SEEDVR2_7B_SHARP("seedvr2_7b_sharp"),
    /** The merged weights that the interpolation API names. */
    WAN22("wan22"),
    RIFE47("rife47");

    private static final String SEEDVR2 = "ByteDance-Seed/SeedVR2-";
    private static final String SEEDVR2_HALF = "numz/SeedVR2_comfyUI";

    private final String id;

    PublishedModel(String id) {
        this.id = id;
    }

    public static Optional<PublishedModel> of(String id) {
        return Arrays.stream(values()).filter(model -> model.id.equals(id)).findFirst();
    }

    public static String ids() {
        return Arrays.stream(values()).map(PublishedModel::id).collect(Collectors.joining(", "));
    }

    public String id() {
        return id;
    }

    /** All that the model needs, in the form its authors published it. */
    public List<PublishedFile> files() {
        return switch (this) {
            case SEEDVR2_3B -> seedVr2("3B", "seedvr2_ema_3b");
            case SEEDVR2_7B -> seedVr2("7B", "seedvr2_ema_7b");
            case SEEDVR2_7B_SHARP -> seedVr2("7B", "seedvr2_ema_7b_sharp");
            case WAN22 -> wan22();
            case RIFE47 -> List.of(PublishedFile.of("marduk191/rife", "rife47.pth"));
        };
    }

    /** In 16 bits from a third party, half as large; empty where nobody publishes that. */
    public List<PublishedFile> halfFiles() {
        return switch (this) {
            case SEEDVR2_3B ->
                    half(
                            "seedvr2_ema_3b",
                            "2fd0e03a3dad24e07086750360727ca437de4ecd456f769856e960ae93e2b304");
            case SEEDVR2_7B ->
                    half(
                            "seedvr2_ema_7b",
                            "7b8241aa957606ab6cfb66edabc96d43234f9819c5392b44d2492d9f0b0bbe4a");
            case SEEDVR2_7B_SHARP ->
                    half(
                            "seedvr2_ema_7b_sharp",
                            "20a93e01ff24beaeebc5de4e4e5be924359606c356c9c51509fba245bd2d77dd");
            case WAN22, RIFE47 -> List.of();
        };
    }

    private static List<PublishedFile> seedVr2(String size, String stem) {
        return List.of(
                PublishedFile.of(SEEDVR2 + size, stem + ".pth"),
                PublishedFile.of(SEEDVR2 + "3B", "ema_vae.pth"));
    }

    private static List<PublishedFile> half(String stem, String sha256) {
        return List.of(
                PublishedFile.of(SEEDVR2_HALF, stem + "_fp16.safetensors").withSha256(sha256),
                PublishedFile.of(SEEDVR2_HALF, "ema_vae_fp16.safetensors")
                        .withSha256(
                                "20678548f420d98d26f11442d3528f8b8c94e57ee046ef93dbb7633da8612ca1"));
    }

    private static List<PublishedFile> wan22() {
        String merged = "FX-FeiHou/wan2.2-Remix";
        String remix = "NSFW/Wan2.2_Remix_NSFW_i2v_14b_%s_lighting_v2.0.safetensors";
        String loras = "Kijai/WanVideo_comfy";
        String lora =
                "LoRAs/Wan22-Lightning/old/Wan2.2-Lightning_I2V-A14B-4steps-lora_%s_fp16.safetensors";
        return List.of(
                PublishedFile.of(merged, remix.formatted("high")),
                PublishedFile.of(merged, remix.formatted("low")),
                PublishedFile.of(loras, lora.formatted("HIGH")),
                PublishedFile.of(loras, lora.formatted("LOW")),
                PublishedFile.of(
                        "NSFW-API/NSFW-Wan-UMT5-XXL", "nsfw_wan_umt5-xxl_fp8_scaled.safetensors"),
                PublishedFile.of(
                                "Comfy-Org/Wan_2.2_ComfyUI_Repackaged",
                                "split_files/vae/wan_2.1_vae.safetensors")
                        .named("wan_vae_v1.safetensors"));
    }
}
