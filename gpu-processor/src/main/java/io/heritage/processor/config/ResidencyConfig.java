package io.heritage.processor.config;

import io.heritage.schemas.NearestName;
import io.heritage.schemas.PublishedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Settings for models in a device's memory.
 *
 * @param preload ids of models that are loaded at the start, before jobs are taken, in this order
 * @param pin ids of models that are not evicted once they are loaded
 * @param loadTime how long loading a model takes, until it has been measured
 */
public record ResidencyConfig(List<String> preload, List<String> pin, Duration loadTime) {

    public ResidencyConfig {
        preload = List.copyOf(preload);
        pin = List.copyOf(pin);
        List<String> problems = new ArrayList<>();
        preload.forEach(id -> requireKnown("preload", id, problems));
        pin.forEach(id -> requireKnown("pin", id, problems));
        if (!loadTime.isPositive()) {
            problems.add("load-time: expected more than zero, found " + loadTime);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void requireKnown(String key, String id, List<String> problems) {
        if (PublishedModel.of(id).isEmpty()) {
            List<String> known =
                    Arrays.stream(PublishedModel.values()).map(PublishedModel::id).toList();
            problems.add("%s: no model '%s'%s".formatted(key, id, NearestName.hint(id, known)));
        }
    }

    /** Models are loaded by the first job that needs one. */
    public static ResidencyConfig defaults() {
        return new ResidencyConfig(List.of(), List.of(), Duration.ofSeconds(30));
    }
}
