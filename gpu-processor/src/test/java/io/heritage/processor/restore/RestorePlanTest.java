package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Work;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.TemporalChunks;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.memory.MemoryEstimate;
import io.heritage.models.seedvr2.memory.MemoryPlan;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestorePlanTest {
    private static final FrameSize INPUT = new FrameSize(854, 480);
    private static final FrameGeometry LARGE = FrameGeometry.area(INPUT, 1080, 1920);

    @TempDir static Path folder;
    private static TorchRuntime runtime;
    private static SeedVr2 model;

    @BeforeAll
    static void open() {
        runtime = TorchRuntime.start(TorchOptions.cpu(1));
        SeedVr2Files files = SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        model = SeedVr2.open(runtime, files, Precision.FP32, Work.UNWATCHED);
    }

    @AfterAll
    static void close() {
        model.close();
        runtime.close();
    }

    private static RestorePlan video(long frames, long bytes) {
        var memory = new MemoryBudget("CUDA", bytes, 33);
        return RestorePlan.video(
                model::fitting, LARGE, SampleDepth.EIGHT, frames, RestoreOptions.DEFAULT, memory);
    }

    private static long peak(int frames, RestoreOptions options) {
        return model.estimate(LARGE, frames, options).peak();
    }

    /** Whatever memory the worker has that divides the video. */
    @Test
    void chunksOfSegmentsDependOnTheSizesAlone() {
        assertThat(segmentChunks(96, 64)).isEqualTo(new TemporalChunks(61, 4));
        assertThat(segmentChunks(1280, 720)).isEqualTo(new TemporalChunks(33, 4));
        assertThat(segmentChunks(1920, 1080)).isEqualTo(new TemporalChunks(9, 2));
    }

    private static TemporalChunks segmentChunks(int width, int height) {
        FrameSize size = new FrameSize(width, height);
        return RestorePlan.segmentChunks(
                FrameGeometry.area(size, height, width), SampleDepth.EIGHT);
    }

    @Test
    void chunksAreAsLongAsTheDeviceAllowsAndNoLongerThanTheVideo() {
        assertThat(video(1000, 1L << 40).chunks().length()).isEqualTo(33);
        assertThat(video(0, 1L << 40).chunks().length()).isEqualTo(33);
        assertThat(video(10, 1L << 40).chunks().length()).isEqualTo(13);
    }

    @Test
    void shorterChunksComeBeforeTilesAndTilesBeforeWeightsOnTheHost() {
        RestoreOptions slices = RestoreOptions.DEFAULT;
        RestorePlan shorter = video(1000, peak(9, slices));
        assertThat(shorter.options().tiling()).isNull();
        assertThat(shorter.chunks().length()).isGreaterThanOrEqualTo(9);

        RestorePlan tiled = video(1000, peak(5, slices) - 1);
        assertThat(tiled.options().tiling()).isNotNull();
        assertThat(tiled.options().blocksOnHost()).isFalse();
    }

    /** 121 frames of 720p fit a card of 80 GB as one chunk, so no frame is restored twice. */
    @ParameterizedTest
    @CsvSource({"121, 121", "81, 81", "122, 121", "0, 121", "1000, 121"})
    void onAGpuAClipIsWholeWhereItFits(long frames, int length) {
        FrameGeometry hd = FrameGeometry.area(INPUT, 720, 1280);
        RestorePlan plan =
                RestorePlan.video(
                        RestorePlanTest::published,
                        hd,
                        SampleDepth.EIGHT,
                        frames,
                        RestoreOptions.DEFAULT,
                        new MemoryBudget("CUDA", 80_000_000_000L, 121));
        assertThat(plan.chunks().length()).isEqualTo(length);
        assertThat(plan.options().tiling()).isNull();
        assertThat(plan.options().blocksOnHost()).isFalse();
    }

    /** Plans for the 7B in bf16. */
    private static RestoreOptions published(
            FrameGeometry geometry, int frames, RestoreOptions options, long available) {
        return new MemoryPlan(available, MemoryPlan.largestSlice(new Device.Cuda(0)))
                .fitting(
                        options,
                        way ->
                                MemoryEstimate.of(
                                        DitLayout.RELEASED_7B,
                                        VaeLayout.RELEASED,
                                        Precision.BF16,
                                        geometry,
                                        frames,
                                        way))
                .orElseThrow(() -> new IllegalArgumentException("nothing fits"));
    }

    /** With 256 or 1,024 GB alike; the shortest chunk without tiles needs more than 4 GiB here. */
    @Test
    void chunksOnACpuHaveABudgetOfTheirOwn() {
        RestorePlan plan = onCpu(256L << 30);
        assertThat(plan).isEqualTo(onCpu(1L << 40));
        assertThat(plan.options().tiling()).isNull();
        assertThat(plan.chunks().length()).isGreaterThan(5);
        assertThat(peak(plan.chunks().length(), plan.options()))
                .isLessThan(peak(5, RestoreOptions.DEFAULT) / 4 * 5);
        assertThat(onCpu(peak(5, RestoreOptions.DEFAULT) - 1).options().tiling()).isNotNull();
    }

    private static RestorePlan onCpu(long usable) {
        return video(MemoryBudget.ofMachine(usable, model.weightBytes()));
    }

    /** In an input of so many pixels that it bounds the chunk, not the device. */
    @ParameterizedTest
    @CsvSource({"33, 4", "17, 4", "9, 2", "5, 1"})
    void shortChunksShareFewFramesSinceEachIsRestoredTwice(int length, int shared) {
        int pixels = (512 << 20) / (length * 3);
        var input = new FrameSize(pixels / 4000, 4000);
        assertThat(large(input, SampleDepth.EIGHT).chunks())
                .isEqualTo(new TemporalChunks(length, shared));
    }

    @Test
    void samplesOf16BitsHalveTheChunksThatTheHostHolds() {
        var input = new FrameSize(2300, 2000);
        assertThat(large(input, SampleDepth.EIGHT).chunks().length()).isEqualTo(33);
        assertThat(large(input, SampleDepth.SIXTEEN).chunks().length()).isEqualTo(17);
    }

    @Test
    void framesOfWhichNotEvenTheShortestChunkIsABufferAreRefused() {
        var input = new FrameSize(10000, 8000);
        assertThat(large(input, SampleDepth.EIGHT).chunks().length()).isEqualTo(5);
        assertThatThrownBy(() -> large(input, SampleDepth.SIXTEEN))
                .isInstanceOf(JobFailed.class)
                .hasMessage(
                        "media of 10000x8000 pixels: 5 frames of a video take at most 2 GiB, found"
                                + " 2.2");
    }

    private static RestorePlan large(FrameSize input, SampleDepth bits) {
        return RestorePlan.video(
                model::fitting,
                FrameGeometry.area(input, 64, 64),
                bits,
                1000,
                RestoreOptions.DEFAULT,
                new MemoryBudget("CUDA", Long.MAX_VALUE, 33));
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheNumbersAndWhatWould() {
        assertThatThrownBy(() -> video(1000, 200 << 20))
                .isInstanceOf(JobFailed.class)
                .hasMessageStartingWith(
                        "Processing failed: CUDA out of memory: 1920x1072 in chunks of 5 frames: at"
                                + " least ")
                .hasMessageContaining(
                        "0.20 GiB are available; the largest of this shape that fits is ");
    }

    @ParameterizedTest
    @CsvSource({"200, 1048576, 33, true", "2048, 1048576, 33, true", "1048576, 1048576, 33, false"})
    void idleModelsAreGivenUpIfTheyAreInTheWay(
            long mebibytes, long withoutIdle, int length, boolean givenUp) {
        var memory = new SharedMemory("CUDA", mebibytes << 20, withoutIdle << 20);
        RestorePlan plan = RestorePlan.making(memory, RestorePlanTest::video);
        assertThat(plan.chunks().length()).isEqualTo(length);
        assertThat(memory.givenUp).isEqualTo(givenUp);
    }

    @Test
    void whatDoesNotFitWithoutIdleModelsEitherIsRefused() {
        var memory = new SharedMemory("CUDA", 100 << 20, 200 << 20);
        assertThatThrownBy(() -> RestorePlan.making(memory, RestorePlanTest::video))
                .isInstanceOf(JobFailed.class)
                .hasMessageContaining("0.20 GiB are available");
        assertThat(memory.givenUp).isTrue();
    }

    @Test
    void aMachinesMemoryIsCountedWholeSoNothingIsGivenUp() {
        var memory = new SharedMemory("CPU", peak(9, RestoreOptions.DEFAULT), Long.MAX_VALUE);
        RestorePlan.making(memory, RestorePlanTest::video);
        assertThat(memory.givenUp).isFalse();
    }

    private static RestorePlan video(MemoryBudget budget) {
        return RestorePlan.video(
                model::fitting, LARGE, SampleDepth.EIGHT, 1000, RestoreOptions.DEFAULT, budget);
    }

    /** What libtorch keeps of one job costs the next one nothing while there is room for both. */
    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576, 1048576, 0, false",
        "200, 1048576, 1048576, 1, false",
        "200, 200, 1048576, 1, true"
    })
    void whatLibtorchKeepsIsReleasedOnlyIfThePlanDoesNotFitBesideIt(
            long kept, long released, long withoutIdle, int releases, boolean givenUp) {
        var memory = new SharedMemory("CUDA", kept << 20, released << 20, withoutIdle << 20);
        RestorePlan plan = RestorePlan.making(memory, RestorePlanTest::video);
        assertThat(plan).isEqualTo(video(new MemoryBudget("CUDA", Long.MAX_VALUE, 33)));
        assertThat(memory.releases).isEqualTo(releases);
        assertThat(memory.givenUp).isEqualTo(givenUp);
    }

    /** Memory of a device where idle models are resident, and libtorch keeps some. */
    private static final class SharedMemory implements ReplicatedModel.DeviceBudget {
        private final String device;
        private final long kept;
        private final long withIdle;
        private final long withoutIdle;
        private int releases;
        private boolean givenUp;

        SharedMemory(String device, long withIdle, long withoutIdle) {
            this(device, withIdle, withIdle, withoutIdle);
        }

        SharedMemory(String device, long kept, long withIdle, long withoutIdle) {
            this.device = device;
            this.kept = kept;
            this.withIdle = withIdle;
            this.withoutIdle = withoutIdle;
        }

        @Override
        public MemoryBudget budget() {
            long free = releases == 0 ? kept : withIdle;
            return new MemoryBudget(device, givenUp ? withoutIdle : free, 33);
        }

        @Override
        public void releaseKept() {
            releases++;
        }

        @Override
        public void evictIdle() {
            givenUp = true;
        }
    }

    @Test
    void onTheCpuTheBudgetIsOfTheMachine() {
        MemoryBudget budget = MemoryBudget.of(model);
        assertThat(budget.device()).isEqualTo("CPU");
        assertThat(budget.bytes()).isBetween(1L << 28, 1L << 50);
    }
}
