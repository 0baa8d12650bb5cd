package io.heritage.models.seedvr2;

import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.vae.Tiling;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TorchRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fallbacks in order when the device runs out of memory: smaller slices of the VAE, tiles, smaller
 * tiles, weights that stay on the host. Only the last helps the transformer. A fallback that was
 * taken stays in force for the whole video.
 */
final class MemoryFallbacks {
    private final TorchRuntime runtime;
    private final Dit dit;
    private final Work work;
    private final Deque<Fallback> vaeFallbacks = new ArrayDeque<>();
    private final Deque<Fallback> weightFallbacks = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private RestoreOptions options;

    private record Fallback(String name, UnaryOperator<RestoreOptions> change) {}

    MemoryFallbacks(TorchRuntime runtime, Dit dit, RestoreOptions options, Work work) {
        this.runtime = runtime;
        this.dit = dit;
        this.options = options;
        this.work = work;
        if (options.sliceFrames() > VaeLayout.TEMPORAL_FACTOR) {
            vaeFallbacks.add(
                    new Fallback(
                            "VAE slices of %d frames".formatted(VaeLayout.TEMPORAL_FACTOR),
                            o -> o.withVae(VaeLayout.TEMPORAL_FACTOR, o.tiling())));
        }
        addTiles(Tiling.LARGE);
        addTiles(Tiling.SMALL);
        if (!options.blocksOnHost()) {
            weightFallbacks.add(
                    new Fallback(RestoreOptions.BLOCKS_ON_HOST, o -> o.withBlocksOnHost(true)));
        }
    }

    private void addTiles(Tiling tiles) {
        Tiling asked = options.tiling();
        if (asked == null || isSmaller(tiles, asked)) {
            vaeFallbacks.add(
                    new Fallback(
                            tiles.described(), o -> o.withVae(VaeLayout.TEMPORAL_FACTOR, tiles)));
        }
    }

    private static boolean isSmaller(Tiling tiles, Tiling asked) {
        return tiles.pixels(Integer.MAX_VALUE, Integer.MAX_VALUE)
                < asked.pixels(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Names of the fallbacks that were taken. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** Moves weights to the host or the device as the options require. */
    void begin() {
        run(
                Stage.LOAD,
                o -> {
                    dit.keepBlocksOnHost(o.blocksOnHost(), work);
                    return o;
                });
    }

    /**
     * Runs a stage, and again after each fallback.
     *
     * @throws OutOfDeviceMemory if no fallback is left that helps the stage
     */
    <T> T run(Stage stage, Function<RestoreOptions, T> attempt) {
        while (true) {
            try {
                return attempt.apply(options);
            } catch (OutOfDeviceMemory e) {
                Fallback next = nextFor(stage);
                if (next == null) {
                    throw e;
                }
                take(next);
            }
        }
    }

    private @Nullable Fallback nextFor(Stage stage) {
        boolean vae = stage == Stage.ENCODE || stage == Stage.DECODE;
        return vae && !vaeFallbacks.isEmpty() ? vaeFallbacks.poll() : weightFallbacks.poll();
    }

    private void take(Fallback next) {
        options = next.change.apply(options);
        taken.add(next.name);
        work.shortage().met(next.name);
        if (options.blocksOnHost()) {
            dit.keepBlocksOnHost(true, work);
        }
        runtime.releaseKept();
    }
}
