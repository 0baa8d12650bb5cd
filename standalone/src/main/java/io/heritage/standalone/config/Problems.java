package io.heritage.standalone.config;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, collected so that it can be mended in one go. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void add(String origin, String key, String message) {
        found.add(
                (origin.isEmpty() ? "" : origin + ": ")
                        + (key.isEmpty() ? "" : key + ": ")
                        + message);
    }

    void throwIfAny() throws InvalidConfiguration {
        if (!found.isEmpty()) {
            throw new InvalidConfiguration(found);
        }
    }
}
