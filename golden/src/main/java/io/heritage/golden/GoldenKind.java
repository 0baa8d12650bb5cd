package io.heritage.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cases that are run in the same way: {@code vae_encode_t5} and {@code vae_encode_t17} are of the
 * kind {@code vae_encode}.
 *
 * @param stem the name of a case is the stem, or the stem, an underscore and more
 * @param fields of the json, where another network has cases of the same stem
 */
record GoldenKind(String stem, Set<String> fields, GoldenCase golden) {
    GoldenKind {
        fields = Set.copyOf(fields);
    }

    GoldenKind(String stem, GoldenCase golden) {
        this(stem, Set.of(), golden);
    }

    /** The kind of a case with the longest stem. */
    static Optional<GoldenKind> of(String name, JsonNode description, List<GoldenKind> kinds) {
        return kinds.stream()
                .filter(kind -> kind.isOf(name) && kind.fields.stream().allMatch(description::has))
                .max((a, b) -> Integer.compare(a.stem.length(), b.stem.length()));
    }

    private boolean isOf(String name) {
        return name.equals(stem) || name.startsWith(stem + "_");
    }
}
