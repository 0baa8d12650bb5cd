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
 * What is tried, one after the other, when the device is out of memory: smaller slices of the VAE,
 * tiles, smaller tiles, weights that stay on the host. The transformer is helped by the last only.
 * Once taken, a step stays for the video.
 */
final class MemoryFallbacks {
    private final TorchRuntime runtime;
    private final Dit dit;
    private final Work work;
    private final Deque<Step> vaeSteps = new ArrayDeque<>();
    private final Deque<Step> weightSteps = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private RestoreOptions options;

    private record Step(String name, UnaryOperator<RestoreOptions> change) {}

    MemoryFallbacks(TorchRuntime runtime, Dit dit, RestoreOptions options, Work work) {
        this.runtime = runtime;
        this.dit = dit;
        this.options = options;
        this.work = work;
        if (options.sliceFrames() > VaeLayout.TEMPORAL_FACTOR) {
            vaeSteps.add(
                    new Step(
                            "VAE slices of %d frames".formatted(VaeLayout.TEMPORAL_FACTOR),
                            o -> o.withVae(VaeLayout.TEMPORAL_FACTOR, o.tiling())));
        }
        addTiles(Tiling.LARGE);
        addTiles(Tiling.SMALL);
        if (!options.blocksOnHost()) {
            weightSteps.add(new Step(RestoreOptions.BLOCKS_ON_HOST, o -> o.withBlocksOnHost(true)));
        }
    }

    private void addTiles(Tiling tiles) {
        Tiling asked = options.tiling();
        if (asked == null || asked.tile() > tiles.tile()) {
            vaeSteps.add(
                    new Step(tiles.described(), o -> o.withVae(VaeLayout.TEMPORAL_FACTOR, tiles)));
        }
    }

    /** Steps that were taken. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** Puts weights where the options want them. */
    void begin() {
        climb(
                Stage.LOAD,
                o -> {
                    dit.keepBlocksOnHost(o.blocksOnHost(), work);
                    return o;
                });
    }

    /**
     * Runs a stage, again after each step down.
     *
     * @throws OutOfDeviceMemory if no step is left that helps it
     */
    <T> T climb(Stage stage, Function<RestoreOptions, T> run) {
        while (true) {
            try {
                return run.apply(options);
            } catch (OutOfDeviceMemory e) {
                Step step = nextFor(stage);
                if (step == null) {
                    throw e;
                }
                take(step);
            }
        }
    }

    private @Nullable Step nextFor(Stage stage) {
        boolean vae = stage == Stage.ENCODE || stage == Stage.DECODE;
        return vae && !vaeSteps.isEmpty() ? vaeSteps.poll() : weightSteps.poll();
    }

    private void take(Step step) {
        options = step.change.apply(options);
        taken.add(step.name);
        if (options.blocksOnHost()) {
            dit.keepBlocksOnHost(true, work);
        }
        runtime.releaseKept();
    }
}
