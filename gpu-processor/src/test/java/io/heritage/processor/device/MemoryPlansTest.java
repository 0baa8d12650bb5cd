package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.memory.MemoryEstimate;
import io.heritage.models.seedvr2.memory.MemoryPlan;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.Precision;
import io.heritage.schemas.FrameSize;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What jobs get on cards that are not here: a pure function of the card's free memory, of what is
 * resident beside the job, and of the job. Cards: what a driver reports free of 80, 141 and 24 GB.
 */
class MemoryPlansTest {
    private static final long GIB = 1L << 30;

    /** Free on an idle card after CUDA has started there. */
    private static long free(String card) {
        return switch (card) {
            case "H100-80" -> (long) (78.6 * GIB);
            case "H200-141" -> (long) (139.3 * GIB);
            case "L4-24" -> (long) (21.9 * GIB);
            default -> throw new IllegalArgumentException(card);
        };
    }

    /**
     * SeedVR2 in bf16.
     *
     * @param model 3B or 7B
     * @param besideGib what another tenant holds
     * @param frames of one chunk
     * @param plan {@code whole}: no tiles, all weights on the device; {@code tiles}; {@code host}:
     *     weights block by block; {@code refused}
     */
    @ParameterizedTest
    @CsvSource({
        "H100-80, 0, 7B, 720, 1280, 121, whole",
        "H100-80, 0, 7B, 1080, 1920, 121, whole",
        "H100-80, 30, 7B, 720, 1280, 121, whole",
        "H100-80, 0, 7B, 2160, 3840, 1, whole",
        "H200-141, 0, 7B, 2160, 3840, 1, whole",
        "H200-141, 0, 7B, 1080, 1920, 121, whole",
        "L4-24, 0, 3B, 720, 1280, 5, tiles",
        "L4-24, 0, 7B, 720, 1280, 5, host"
    })
    void howAChunkIsRestored(
            String card,
            long besideGib,
            String model,
            int height,
            int width,
            int frames,
            String plan) {
        DitLayout dit = model.equals("7B") ? DitLayout.RELEASED_7B : DitLayout.RELEASED_3B;
        FrameGeometry geometry =
                FrameGeometry.area(new FrameSize(width / 2, height / 2), height, width);
        var plans =
                new MemoryPlan(
                        GpuMemory.usable(free(card) - besideGib * GIB),
                        MemoryPlan.largestSlice(new Device.Cuda(0)));
        Optional<RestoreOptions> fitting =
                plans.fitting(
                        RestoreOptions.DEFAULT,
                        way ->
                                MemoryEstimate.of(
                                        dit,
                                        VaeLayout.RELEASED,
                                        Precision.BF16,
                                        geometry,
                                        frames,
                                        way));
        assertThat(fitting.map(MemoryPlansTest::named).orElse("refused")).isEqualTo(plan);
    }

    private static String named(RestoreOptions options) {
        if (options.blocksOnHost()) {
            return "host";
        }
        return options.tiling() == null ? "whole" : "tiles";
    }

    /** Four gigabytes stay free of a large card, a fifth of a small one. */
    @ParameterizedTest
    @CsvSource({"84000000000, 80000000000", "10000000000, 8000000000", "0, 0"})
    void someOfAGpuStaysFree(long free, long usable) {
        assertThat(GpuMemory.usable(free)).isEqualTo(usable);
    }
}
