package io.heritage.models.seedvr2;

import io.heritage.models.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of a model's weights.
 *
 * @param positive text embedding; empty: the one that ships with Heritage
 * @param negative the same
 */
public record SeedVr2Files(
        SeedVr2Variant variant,
        Path dit,
        Path vae,
        Optional<Path> positive,
        Optional<Path> negative) {
    /** Files that a folder lacks for a model: one of the names of each list is needed. */
    public record Missing(Path folder, List<List<String>> files) {
        @Override
        public String toString() {
            List<String> lines = files.stream().map(names -> String.join(" or ", names)).toList();
            return "not in %s: %s".formatted(folder.toAbsolutePath(), String.join("; ", lines));
        }
    }

    /** Missing files of a model, if any. */
    public static Optional<Missing> missing(Path folder, SeedVr2Variant variant) {
        List<List<String>> lacking = new ArrayList<>();
        for (List<String> names : List.of(variant.files(), variant.vaeFiles())) {
            if (first(folder, names).isEmpty()) {
                lacking.add(names);
            }
        }
        return lacking.isEmpty() ? Optional.empty() : Optional.of(new Missing(folder, lacking));
    }

    /**
     * @throws IllegalStateException that names what is missing and where it was looked for
     */
    public static SeedVr2Files find(Path folder, SeedVr2Variant variant) {
        missing(folder, variant)
                .ifPresent(missing -> {
                    throw new IllegalStateException(variant.id() + " is " + missing);
                });
        return new SeedVr2Files(
                variant,
                first(folder, variant.files()).orElseThrow(),
                first(folder, variant.vaeFiles()).orElseThrow(),
                first(folder, List.of("pos_emb.pt")),
                first(folder, List.of("neg_emb.pt")));
    }

    /**
     * Whether the network has random weights, see {@link SeedVr2Tiny}. Reads the head of its file.
     */
    public boolean tiny() {
        if (!dit.toString().endsWith(".safetensors")) {
            return false;
        }
        try (Checkpoint file = Checkpoint.open(dit)) {
            return file.metadata().containsKey(SeedVr2.TINY);
        }
    }

    private static Optional<Path> first(Path folder, List<String> names) {
        return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }
}
