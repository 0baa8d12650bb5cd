package io.heritage.models.seedvr2.memory;

import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.vae.Tiling;
import io.heritage.models.torch.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the fastest options that fit: large slices of the VAE before small ones, slices before
 * tiles, and only then weights that stay on the host.
 *
 * @param available bytes of the device, those of the weights included
 * @param largestSlice frames
 */
public record MemoryPlan(long available, int largestSlice) {
    private static final List<Integer> SLICES = List.of(32, 16, 8, 4);
    private static final int SMALLEST_SLICE = SLICES.getLast();
    private static final List<Tiling> TILES = List.of(Tiling.LARGE, Tiling.SMALL);

    /**
     * On GPUs a slice of one latent frame is enough to keep them busy (docs/spec/seedvr2.md,
     * section 9).
     */
    public static int largestSlice(Device device) {
        return switch (device) {
            case Device.Cpu _ -> SLICES.getFirst();
            case Device.Cuda _ -> SMALLEST_SLICE;
        };
    }

    /**
     * @param estimate memory of given options
     * @return none if nothing fits
     */
    public Optional<RestoreOptions> fitting(
            RestoreOptions asked, Function<RestoreOptions, MemoryEstimate> estimate) {
        return ways(asked).stream()
                .filter(way -> estimate.apply(way).peak() <= available)
                .findFirst();
    }

    private List<RestoreOptions> ways(RestoreOptions asked) {
        List<RestoreOptions> ways = new ArrayList<>();
        SLICES.stream()
                .filter(frames -> frames <= largestSlice)
                .forEach(frames -> ways.add(asked.withVae(frames, asked.tiling())));
        addTiles(asked, ways);
        if (!asked.blocksOnHost()) {
            RestoreOptions onHost = asked.withBlocksOnHost(true);
            ways.add(onHost.withVae(SMALLEST_SLICE, asked.tiling()));
            addTiles(onHost, ways);
        }
        return ways;
    }

    private static void addTiles(RestoreOptions asked, List<RestoreOptions> ways) {
        if (asked.tiling() == null) {
            TILES.forEach(tiles -> ways.add(asked.withVae(SMALLEST_SLICE, tiles)));
        }
    }

    /** Why nothing fits, with the numbers of the smallest options. */
    public String refusal(RestoreOptions asked, Function<RestoreOptions, MemoryEstimate> estimate) {
        MemoryEstimate least = estimate.apply(ways(asked).getLast());
        return "at least %s GiB are needed %s, %s GiB are available"
                .formatted(
                        MemoryEstimate.gibibytes(least.peak()),
                        least.described(),
                        MemoryEstimate.gibibytes(available));
    }
}
