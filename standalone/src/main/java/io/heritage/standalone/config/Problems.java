package io.heritage.standalone.config;

import java.util.ArrayList;
import java.util.List;

/** Problems of a configuration, collected so that all are reported at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void add(String origin, String key, String message) {
        String problem =
                (origin.isEmpty() ? "" : origin + ": ")
                        + (key.isEmpty() ? "" : key + ": ")
                        + message;
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    void throwIfAny() throws InvalidConfiguration {
        if (!found.isEmpty()) {
            throw new InvalidConfiguration(found);
        }
    }
}
