package io.heritage.models.seedvr2;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.vae.VaeLayout;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The released models. */
public enum SeedVr2Variant {
    SEEDVR2_3B("seedvr2_3b", "seedvr2_ema_3b"),
    SEEDVR2_7B("seedvr2_7b", "seedvr2_ema_7b"),
    /** The 7B network with weights for more detail. */
    SEEDVR2_7B_SHARP("seedvr2_7b_sharp", "seedvr2_ema_7b_sharp");

    private final String id;
    private final String stem;

    SeedVr2Variant(String id, String stem) {
        this.id = id;
        this.stem = stem;
    }

    /**
     * @param id {@code seedvr2_3b}, {@code seedvr2_7b} or {@code seedvr2_7b_sharp}
     */
    public static SeedVr2Variant of(String id) {
        return Arrays.stream(values())
                .filter(variant -> variant.id.equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "model '%s' is none of %s"
                                        .formatted(
                                                id,
                                                Arrays.stream(values())
                                                        .map(SeedVr2Variant::id)
                                                        .collect(Collectors.joining(", ")))));
    }

    public String id() {
        return id;
    }

    /**
     * Names its file is published under, the official one first (docs/spec/seedvr2.md, section 8).
     */
    public List<String> files() {
        return List.of(
                stem + ".pth",
                stem + "_fp16.safetensors",
                stem + ".safetensors",
                stem + "_fp8_e4m3fn.safetensors",
                stem + "_fp8_e4m3fn_mixed_block35_fp16.safetensors");
    }

    /** Name of the file that {@link SeedVr2Tiny} writes. */
    String tinyFile() {
        return stem + "_fp16.safetensors";
    }

    /**
     * Recognises a file of another model before keys are compared one by one. The two 7B models
     * cannot be told apart.
     *
     * @param keys of its tensors
     * @throws CheckpointMismatch naming the other model
     */
    void requireOwn(Checkpoint file, Set<String> keys) {
        String found = file.metadata().get(SeedVr2.TINY);
        if (found == null) {
            found = released(keys);
        }
        if (found != null && !found.equals(id) && !(of7b(found) && of7b(id))) {
            throw new CheckpointMismatch(file.name(), "model", id, found);
        }
    }

    private static boolean of7b(String id) {
        return id.startsWith(SEEDVR2_7B.id);
    }

    private static @Nullable String released(Set<String> keys) {
        if (keys.equals(VaeLayout.RELEASED.expected().keySet())) {
            return "vae";
        }
        for (SeedVr2Variant variant : List.of(SEEDVR2_3B, SEEDVR2_7B)) {
            if (keys.equals(variant.layout().expected().keySet())) {
                return variant.id;
            }
        }
        return null;
    }

    DitLayout layout() {
        return switch (this) {
            case SEEDVR2_3B -> DitLayout.RELEASED_3B;
            case SEEDVR2_7B, SEEDVR2_7B_SHARP -> DitLayout.RELEASED_7B;
        };
    }
}
