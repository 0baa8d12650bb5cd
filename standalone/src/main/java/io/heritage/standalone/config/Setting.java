package io.heritage.standalone.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A configured value before its type is known, with the place it was found at. */
sealed interface Setting {

    /** For messages: {@code heritage.yaml:12}, {@code HERITAGE_GATEWAY_PORT}, {@code --port}. */
    String origin();

    record Section(SequencedMap<String, Setting> entries, String origin) implements Setting {

        static Section empty(String origin) {
            return new Section(new LinkedHashMap<>(), origin);
        }

        /** This section with the settings of {@code upper} over it, key by key. */
        Section overlaid(Section upper) {
            var merged = new LinkedHashMap<>(entries);
            upper.entries.forEach((key, value) -> merged.merge(key, value, Section::over));
            return new Section(merged, entries.isEmpty() ? upper.origin : origin);
        }

        /** This section with one setting more, at the end of a path of keys. */
        Section with(List<String> path, Setting value) {
            Setting inner =
                    path.size() == 1
                            ? value
                            : empty(value.origin()).with(path.subList(1, path.size()), value);
            return overlaid(
                    new Section(
                            new LinkedHashMap<>(Map.of(path.getFirst(), inner)), value.origin()));
        }

        private static Setting over(Setting lower, Setting upper) {
            return lower instanceof Section low && upper instanceof Section up
                    ? low.overlaid(up)
                    : upper;
        }
    }

    record Items(List<Setting> values, String origin) implements Setting {}

    record Scalar(String text, String origin) implements Setting {}

    /** An explicit null, or a key without a value. */
    record Nothing(String origin) implements Setting {}
}
