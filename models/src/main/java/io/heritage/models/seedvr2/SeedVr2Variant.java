package io.heritage.models.seedvr2;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model of the catalogue that restores.
 *
 * @param model one of {@link PublishedModel#restoring}
 */
public record SeedVr2Variant(PublishedModel model) {
    public static final SeedVr2Variant SEEDVR2_3B = new SeedVr2Variant(PublishedModel.SEEDVR2_3B);
    public static final SeedVr2Variant SEEDVR2_7B = new SeedVr2Variant(PublishedModel.SEEDVR2_7B);
    public static final SeedVr2Variant SEEDVR2_7B_SHARP =
            new SeedVr2Variant(PublishedModel.SEEDVR2_7B_SHARP);

    /**
     * @throws IllegalStateException if the model is none of SeedVR2
     */
    public SeedVr2Variant {
        model.network();
    }

    /** All variants. */
    public static List<SeedVr2Variant> values() {
        return PublishedModel.restoring().stream().map(SeedVr2Variant::new).toList();
    }

    public String id() {
        return model.id();
    }

    /**
     * Names its file is published under, the official one first (docs/spec/seedvr2.md, section 8).
     */
    public List<String> files() {
        return names(
                0,
                List.of(
                        "_fp16.safetensors",
                        ".safetensors",
                        "_fp8_e4m3fn.safetensors",
                        "_fp8_e4m3fn_mixed_block35_fp16.safetensors"));
    }

    /** Names the VAE is published under, the official one first. */
    public List<String> vaeFiles() {
        return names(1, List.of("_fp16.safetensors", ".safetensors"));
    }

    /** Those of the catalogue, and the official one with other endings. */
    private List<String> names(int place, List<String> endings) {
        String official = model.files().get(place).name();
        String stem = official.substring(0, official.lastIndexOf('.'));
        return Stream.of(
                        Stream.of(official),
                        model.halfFiles().stream().skip(place).limit(1).map(PublishedFile::name),
                        endings.stream().map(stem::concat))
                .flatMap(names -> names)
                .distinct()
                .toList();
    }

    /** Names of the files that {@link SeedVr2Tiny} writes: network and VAE. */
    List<String> tinyFiles() {
        return Stream.of(files(), vaeFiles()).map(SeedVr2Variant::firstSafetensors).toList();
    }

    private static String firstSafetensors(List<String> names) {
        return names.stream()
                .filter(name -> name.endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Recognises a file of another model before keys are compared one by one. Models of one network
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
        if (found != null && !found.equals(id()) && !isOfOwnNetwork(found)) {
            throw new CheckpointMismatch(file.name(), "model", id(), found);
        }
    }

    private boolean isOfOwnNetwork(String id) {
        return values().stream()
                .anyMatch(
                        other -> other.id().equals(id) && other.model.network() == model.network());
    }

    private static @Nullable String released(Set<String> keys) {
        if (keys.equals(VaeLayout.RELEASED.expected().keySet())) {
            return "vae";
        }
        return values().stream()
                .filter(variant -> keys.equals(variant.layout().expected().keySet()))
                .map(SeedVr2Variant::id)
                .findFirst()
                .orElse(null);
    }

    DitLayout layout() {
        return switch (model.network()) {
            case SEEDVR2_3B -> DitLayout.RELEASED_3B;
            case SEEDVR2_7B -> DitLayout.RELEASED_7B;
        };
    }
}
