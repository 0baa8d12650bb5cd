package io.heritage.models.seedvr2;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Finds the fastest way through the VAE that fits: large slices before small ones, slices before
 * tiles.
 *
 * @param available bytes of the device, those of the weights included
 */
record MemoryPlan(long available) {
    private static final List<Integer> SLICES = List.of(32, 16, 8, 4);
    private static final List<Tiling> TILES = List.of(Tiling.LARGE, Tiling.SMALL);

    /**
     * @param estimate of what options take
     * @throws IllegalArgumentException with the numbers, if nothing fits
     */
    RestoreOptions fitting(
            RestoreOptions asked, Function<RestoreOptions, MemoryEstimate> estimate) {
        List<RestoreOptions> ways = ways(asked);
        return ways.stream()
                .filter(way -> estimate.apply(way).peak() <= available)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(refusal(estimate.apply(ways.getLast()))));
    }

    private static List<RestoreOptions> ways(RestoreOptions asked) {
        List<RestoreOptions> ways = new ArrayList<>();
        SLICES.forEach(frames -> ways.add(asked.withVae(frames, asked.tiling())));
        if (asked.tiling() == null) {
            TILES.forEach(tiles -> ways.add(asked.withVae(SLICES.getLast(), tiles)));
        }
        return ways;
    }

    private String refusal(MemoryEstimate least) {
        return ("%.1f GiB are needed at least, %.1f GiB of them for weights, and %.1f GiB are there:"
                        + " a smaller size or shorter chunks would fit")
                .formatted(
                        gibibytes(least.peak()), gibibytes(least.weights()), gibibytes(available));
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1L << 30);
    }
}
