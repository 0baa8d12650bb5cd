package io.heritage.processor;

import java.util.List;

/** Which files the Wan engine consists of (interpolation API, "Models Used"). */
final class WanModels {
    private static final List<String> FILES =
            List.of(
                    "Wan2.2_Remix_NSFW_i2v_14b_high_lighting_v2.0.safetensors",
                    "Wan2.2_Remix_NSFW_i2v_14b_low_lighting_v2.0.safetensors",
                    "nsfw_wan_umt5-xxl_fp8_scaled.safetensors",
                    "wan_vae_v1.safetensors");

    private final CheckpointFolder folder;

    WanModels(CheckpointFolder folder) {
        this.folder = folder;
    }

    /** Why the engine cannot be used: names each missing file and where it was looked for. */
    JobFailed notReady() {
        List<String> missing = folder.missing(FILES);
        if (!missing.isEmpty()) {
            return new JobFailed("engine wan is not installed: " + folder.describeMissing(missing));
        }
        return new JobFailed(
                "engine wan: its files are in %s, but this version of Heritage cannot run them yet; engine rife can be used"
                        .formatted(folder.path()));
    }
}
