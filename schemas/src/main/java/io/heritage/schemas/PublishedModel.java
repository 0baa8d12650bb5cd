package io.heritage.schemas;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every model that can be installed: its names, files, sizes, sources and licence. Requests, help,
 * {@code heritage models} and the table in docs/restore.md follow from it, so a variant of a known
 * network costs one entry. Checksums of SeedVR2: docs/spec/seedvr2.md, section 8.
 */
public enum PublishedModel {
    SEEDVR2_3B(
            "seedvr2_3b",
            RestoreNetwork.SEEDVR2_3B,
            "normal",
            List.of(
                    PublishedFile.of("ByteDance-Seed/SeedVR2-3B", "seedvr2_ema_3b.pth", 13.6),
                    SeedVr2Vae.OFFICIAL),
            List.of(
                    PublishedFile.of("numz/SeedVR2_comfyUI", "seedvr2_ema_3b_fp16.safetensors", 6.8)
                            .withSha256(
                                    "2fd0e03a3dad24e07086750360727ca437de4ecd456f769856e960ae93e2b304"),
                    SeedVr2Vae.HALF)),
    SEEDVR2_7B(
            "seedvr2_7b",
            RestoreNetwork.SEEDVR2_7B,
            "normal",
            List.of(
                    PublishedFile.of("ByteDance-Seed/SeedVR2-7B", "seedvr2_ema_7b.pth", 33),
                    SeedVr2Vae.OFFICIAL),
            List.of(
                    PublishedFile.of(
                                    "numz/SeedVR2_comfyUI", "seedvr2_ema_7b_fp16.safetensors", 16.5)
                            .withSha256(
                                    "7b8241aa957606ab6cfb66edabc96d43234f9819c5392b44d2492d9f0b0bbe4a"),
                    SeedVr2Vae.HALF)),
    /** The same network with weights for more detail. */
    SEEDVR2_7B_SHARP(
            "seedvr2_7b_sharp",
            RestoreNetwork.SEEDVR2_7B,
            "sharp",
            List.of(
                    PublishedFile.of("ByteDance-Seed/SeedVR2-7B", "seedvr2_ema_7b_sharp.pth", 33),
                    SeedVr2Vae.OFFICIAL),
            List.of(
                    PublishedFile.of(
                                    "numz/SeedVR2_comfyUI",
                                    "seedvr2_ema_7b_sharp_fp16.safetensors",
                                    16.5)
                            .withSha256(
                                    "20a93e01ff24beaeebc5de4e4e5be924359606c356c9c51509fba245bd2d77dd"),
                    SeedVr2Vae.HALF)),
    /** The merged weights that the interpolation API names, made for adult content. */
    WAN22(
            "wan22",
            "see its repositories (Wan2.2: Apache-2.0)",
            PublishedFile.of(
                    "FX-FeiHou/wan2.2-Remix",
                    "NSFW/Wan2.2_Remix_NSFW_i2v_14b_high_lighting_v2.0.safetensors",
                    14.3),
            PublishedFile.of(
                    "FX-FeiHou/wan2.2-Remix",
                    "NSFW/Wan2.2_Remix_NSFW_i2v_14b_low_lighting_v2.0.safetensors",
                    14.3),
            PublishedFile.of(
                    "Kijai/WanVideo_comfy",
                    "LoRAs/Wan22-Lightning/old/Wan2.2-Lightning_I2V-A14B-4steps-lora_HIGH_fp16.safetensors",
                    0.6),
            PublishedFile.of(
                    "Kijai/WanVideo_comfy",
                    "LoRAs/Wan22-Lightning/old/Wan2.2-Lightning_I2V-A14B-4steps-lora_LOW_fp16.safetensors",
                    0.6),
            PublishedFile.of(
                    "NSFW-API/NSFW-Wan-UMT5-XXL", "nsfw_wan_umt5-xxl_fp8_scaled.safetensors", 6.7),
            PublishedFile.of(
                            "Comfy-Org/Wan_2.2_ComfyUI_Repackaged",
                            "split_files/vae/wan_2.1_vae.safetensors",
                            0.25)
                    .named("wan_vae_v1.safetensors")),
    /** Replaces the weights that ship with Heritage. */
    RIFE47(
            "rife47",
            "see its repository (Practical-RIFE: MIT)",
            PublishedFile.of("marduk191/rife", "rife47.pth", 0.02));

    /** The VAE that all of SeedVR2 share. */
    private static final class SeedVr2Vae {
        static final PublishedFile OFFICIAL =
                PublishedFile.of("ByteDance-Seed/SeedVR2-3B", "ema_vae.pth", 0.5);
        static final PublishedFile HALF =
                PublishedFile.of("numz/SeedVR2_comfyUI", "ema_vae_fp16.safetensors", 0.5)
                        .withSha256(
                                "20678548f420d98d26f11442d3528f8b8c94e57ee046ef93dbb7633da8612ca1");
    }

    private final String id;
    private final @Nullable RestoreNetwork network;
    private final String variant;
    private final String licence;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<PublishedFile> files;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<PublishedFile> halfFiles;

    PublishedModel(
            String id,
            RestoreNetwork network,
            String variant,
            List<PublishedFile> files,
            List<PublishedFile> halfFiles) {
        this.id = id;
        this.network = network;
        this.variant = variant;
        this.licence = "Apache-2.0";
        this.files = files;
        this.halfFiles = halfFiles;
    }

    PublishedModel(String id, String licence, PublishedFile... files) {
        this.id = id;
        this.network = null;
        this.variant = "";
        this.licence = licence;
        this.files = List.of(files);
        this.halfFiles = List.of();
    }

    public static Optional<PublishedModel> of(String id) {
        return Arrays.stream(values()).filter(model -> model.id.equals(id)).findFirst();
    }

    /** The model that a <i>restore</i> request names by {@code model_type} and its variant. */
    public static Optional<PublishedModel> restoring(String modelType, String variant) {
        return restoring().stream()
                .filter(model -> model.modelType().equals(modelType))
                .filter(model -> model.variant.equals(variant))
                .findFirst();
    }

    /** The models of <i>restore</i>. */
    public static List<PublishedModel> restoring() {
        return Arrays.stream(values()).filter(model -> model.network != null).toList();
    }

    /** {@code a, b and c}. */
    public static String names(List<PublishedModel> models) {
        List<String> ids = models.stream().map(PublishedModel::id).toList();
        return ids.size() == 1
                ? ids.getFirst()
                : String.join(", ", ids.subList(0, ids.size() - 1)) + " and " + ids.getLast();
    }

    /** Name on the command line. */
    public String id() {
        return id;
    }

    /**
     * @throws IllegalStateException if it is no model of <i>restore</i>
     */
    public RestoreNetwork network() {
        if (network == null) {
            throw new IllegalStateException(id + " does not restore");
        }
        return network;
    }

    /** {@code model_type} of a request. */
    public String modelType() {
        return network().modelType();
    }

    /** {@code model_variant} of a request; empty if there is only one. */
    public String variant() {
        return variant;
    }

    /** Licence of the weights. */
    public String licence() {
        return licence;
    }

    /**
     * All that the model needs, in the form its authors published it: network and VAE, or experts,
     * LoRAs (high noise first), text encoder and VAE.
     */
    public List<PublishedFile> files() {
        return files;
    }

    /** The same files in 16 bits from a third party, half as large; empty where there are none. */
    public List<PublishedFile> halfFiles() {
        return halfFiles;
    }

    /**
     * Whether a model folder has all files of one of its forms.
     *
     * @param has whether the folder has a file of a name
     */
    public boolean isInstalled(Predicate<String> has) {
        return Stream.of(files, halfFiles)
                .filter(form -> !form.isEmpty())
                .anyMatch(form -> form.stream().map(PublishedFile::name).allMatch(has));
    }

    /** {@code 14.1 GB}, of all files together. */
    public static String size(List<PublishedFile> files) {
        double gigabytes = files.stream().mapToLong(PublishedFile::bytes).sum() / 1e9;
        return (gigabytes < 1 ? "%.2f GB" : "%.1f GB").formatted(gigabytes);
    }

    static List<String> variants() {
        return restoring().stream().map(PublishedModel::variant).distinct().toList();
    }

    /** The types of the models that have a variant. */
    static String typesWith(String variant) {
        return restoring().stream()
                .filter(model -> model.variant.equals(variant))
                .map(PublishedModel::modelType)
                .collect(Collectors.joining(" or "));
    }
}
