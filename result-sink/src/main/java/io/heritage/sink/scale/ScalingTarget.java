package io.heritage.sink.scale;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The target of a scaler; it is part of each request, so it is configured in one place.
 *
 * @param type RunPod's two, and one that looks ahead
 * @param value jobs a worker of {@link Type#REQUEST_COUNT}, otherwise seconds that a job may wait
 * @param active workers that always run, and do not count as flex workers
 * @param max workers in all
 * @param coldStart time from the start of a worker until it takes jobs
 */
public record ScalingTarget(Type type, double value, int active, int max, Duration coldStart) {

    /** How the number of workers is computed. */
    public enum Type {
        /** One worker for each {@code value} jobs. */
        REQUEST_COUNT,
        /** One more worker for each job that has waited too long. */
        QUEUE_DELAY,
        /**
         * As many as finish all within the value or a cold start, by how long jobs took of late.
         */
        AUTO
    }

    private static final double DELAY_SECONDS = 4;
    private static final int MAX = 3;
    private static final int MOST = 10_000;
    private static final Duration COLD_START = Duration.ofSeconds(30);

    public ScalingTarget {
        if (!(value > 0) || value > 1e6) {
            throw new IllegalArgumentException("value: expected more than 0, found " + value);
        }
        if (active < 0 || max < 1 || active > max || max > MOST) {
            throw new IllegalArgumentException(
                    "active, max: expected 0 <= active <= max <= %d and max >= 1, found %d and %d"
                            .formatted(MOST, active, max));
        }
        if (coldStart.isNegative()) {
            throw new IllegalArgumentException("coldStart: expected 0 or more");
        }
    }

    /**
     * Reads {@code type}, {@code value}, {@code active}, {@code max} and {@code coldStart}
     * (seconds); by default QUEUE_DELAY, 4 s (REQUEST_COUNT: 1), 0, 3 and 30 s, as RunPod has them.
     *
     * @throws IllegalArgumentException naming the parameter
     */
    static ScalingTarget parse(Function<String, Optional<String>> query) {
        Type type = query.apply("type").map(ScalingTarget::type).orElse(Type.QUEUE_DELAY);
        return new ScalingTarget(
                type,
                number(query, "value").orElse(type == Type.REQUEST_COUNT ? 1 : DELAY_SECONDS),
                number(query, "active").map(Double::intValue).orElse(0),
                number(query, "max").map(Double::intValue).orElse(MAX),
                number(query, "coldStart")
                        .map(seconds -> Duration.ofMillis(Math.round(seconds * 1e3)))
                        .orElse(COLD_START));
    }

    /** How long a job may wait before it counts as waiting too long. */
    Duration patience() {
        return type == Type.REQUEST_COUNT
                ? Duration.ZERO
                : Duration.ofMillis(Math.round(value * 1e3));
    }

    private static Type type(String name) {
        try {
            return Type.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "type: expected REQUEST_COUNT, QUEUE_DELAY or AUTO, found " + name, e);
        }
    }

    private static Optional<Double> number(Function<String, Optional<String>> query, String name) {
        return query.apply(name)
                .map(text -> {
                    try {
                        return Double.valueOf(text);
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException(
                                name + ": expected a number, found " + text, e);
                    }
                });
    }
}
