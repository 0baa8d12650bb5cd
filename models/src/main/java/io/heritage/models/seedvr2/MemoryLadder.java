package io.heritage.models.seedvr2;

import io.heritage.models.torch.OutOfDeviceMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * What is tried, one after the other, when the device is out of memory: smaller slices of the VAE,
 * tiles, smaller tiles, weights that stay on the host. Once taken, a step stays for the video.
 */
final class MemoryLadder {
    private final Dit dit;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private RestoreOptions options;

    private record Step(String name, Function<RestoreOptions, RestoreOptions> change) {}

    MemoryLadder(Dit dit, RestoreOptions options) {
        this.dit = dit;
        this.options = options;
        if (options.sliceFrames() > VideoSize.TEMPORAL_FACTOR) {
            steps.add(
                    new Step(
                            "VAE slices of %d frames".formatted(VideoSize.TEMPORAL_FACTOR),
                            o -> o.withVae(VideoSize.TEMPORAL_FACTOR, o.tiling())));
        }
        addTiles(Tiling.LARGE);
        addTiles(Tiling.SMALL);
        steps.add(new Step("transformer blocks loaded one by one", this::swapBlocks));
    }

    private void addTiles(Tiling tiles) {
        Tiling asked = options.tiling();
        if (asked == null || asked.tile() > tiles.tile()) {
            steps.add(
                    new Step(
                            "VAE tiles of %d pixels".formatted(tiles.tile()),
                            o -> o.withVae(VideoSize.TEMPORAL_FACTOR, tiles)));
        }
    }

    private RestoreOptions swapBlocks(RestoreOptions unchanged) {
        dit.keepBlocksOnHost();
        return unchanged;
    }

    /** Steps that were taken. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /**
     * Runs a stage, again after each step down.
     *
     * @throws OutOfDeviceMemory if no step is left
     */
    <T> T climb(Function<RestoreOptions, T> stage) {
        while (true) {
            try {
                return stage.apply(options);
            } catch (OutOfDeviceMemory e) {
                Step step = steps.poll();
                if (step == null) {
                    throw e;
                }
                options = step.change.apply(options);
                taken.add(step.name);
            }
        }
    }
}
