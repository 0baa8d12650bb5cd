package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Cancellation;
import io.heritage.models.PipelineCancelled;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that is out of memory at chosen blocks; what is open before and after jobs. */
class OutOfMemoryTest {
    private static final FrameSize SIZE = new FrameSize(52, 36);
    private static final int FRAMES = 13;
    private static final TemporalChunks CHUNKS = new TemporalChunks(9, 1);
    private static final RestoreOptions OPTIONS = RestoreOptions.DEFAULT.withVae(8, null);
    private static final List<String> FALLBACKS =
            List.of(
                    "VAE slices of 4 frames",
                    "VAE tiles of 1024 pixels",
                    "VAE tiles of 512 pixels",
                    "transformer blocks loaded one by one");

    @TempDir static Path folder;
    private static TorchRuntime runtime;
    private static SeedVr2 model;
    private static byte[] unhindered;
    private static long baseline;

    @BeforeAll
    static void open() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        SeedVr2Files files = SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        model = SeedVr2.open(runtime, files, Precision.FP32, Work.UNWATCHED);
        unhindered = new Job(Work.UNWATCHED).run();
        baseline = runtime.openValues();
    }

    @AfterAll
    static void close() {
        model.close();
        assertThat(runtime.openValues()).isZero();
        runtime.close();
    }

    /** Fails when a stage has come to a block, so often. */
    private static Work failing(Stage at, int block, int times) {
        int[] left = {times};
        return new Work(
                Cancellation.NEVER,
                (stage, done, _) -> {
                    if (stage == at && done == block && left[0]-- > 0) {
                        throw new OutOfDeviceMemory(runtime.device(), new IllegalStateException());
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({
        "ENCODE, 2, 1", "ENCODE, 3, 2", "ENCODE, 1, 3", "ENCODE, 4, 4",
        "DECODE, 2, 1", "DECODE, 7, 2", "DECODE, 1, 3", "DECODE, 6, 4"
    })
    void theVaeTakesEachStepDownInTurn(Stage stage, int block, int times) {
        Work failing = failing(stage, block, times);
        var met = new ArrayList<String>();
        var job = new Job(new Work(failing.cancellation(), failing.progress(), met::add));
        assertThat(worst(job.run(), unhindered)).as("levels").isLessThanOrEqualTo(1);
        assertThat(job.restored.fallbacks()).isEqualTo(FALLBACKS.subList(0, times));
        assertThat(met).as("told as it happens").isEqualTo(FALLBACKS.subList(0, times));
        assertThat(new Job(Work.UNWATCHED).run()).as("the next job").isEqualTo(unhindered);
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    @ParameterizedTest
    @CsvSource({"WAVELET, 1", "WAVELET, 2", "WAVELET, 3", "LAB, 1", "LAB, 2"})
    void noFrameIsLostOrLeavesTwiceWhenOneCannotBeFinished(ColourFix fix, int write) {
        byte[] expected = new Job(Work.UNWATCHED, fix).run();
        var job = new Job(Work.UNWATCHED, fix);
        job.failingWrite = write;
        assertThat(worst(job.run(), expected)).as("levels").isLessThanOrEqualTo(1);
        assertThat(job.restored.frames()).isEqualTo(FRAMES);
        assertThat(job.restored.fallbacks()).isEqualTo(FALLBACKS.subList(0, 1));
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    @Test
    void theTransformerGivesItsWeightsUpAndLeavesTheVaeAsItIs() {
        var job = new Job(failing(Stage.DIFFUSE, 3, 1));
        assertThat(job.run()).isEqualTo(unhindered);
        assertThat(job.restored.fallbacks()).containsExactly(FALLBACKS.getLast());
        assertThat(runtime.openValues()).as("without weights").isLessThan(baseline);

        var next = new Job(Work.UNWATCHED);
        assertThat(next.run()).isEqualTo(unhindered);
        assertThat(next.restored.fallbacks()).isEmpty();
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    @ParameterizedTest
    @CsvSource({"ENCODE, 5", "DIFFUSE, 2", "DECODE, 5"})
    void whatNoStepMakesFitFails(Stage stage, int times) {
        assertThatThrownBy(() -> new Job(failing(stage, 2, times)).run())
                .isInstanceOf(OutOfDeviceMemory.class)
                .hasMessage("out of memory on cpu");
        assertThat(new Job(Work.UNWATCHED).run()).isEqualTo(unhindered);
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    @Test
    void weightsThatCannotComeBackStayOnTheHost() {
        new Job(failing(Stage.DIFFUSE, 1, 1)).run();
        var job = new Job(failing(Stage.LOAD, 2, 1));
        assertThat(job.run()).isEqualTo(unhindered);
        assertThat(job.restored.fallbacks()).containsExactly(FALLBACKS.getLast());
        assertThat(new Job(Work.UNWATCHED).run()).isEqualTo(unhindered);
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"ENCODE", "DIFFUSE", "DECODE"})
    void nothingStaysOpenOfAJobThatWasCancelledOrFailed(Stage at) {
        int[] chunksToGo = {2};
        var cancelled =
                new Work(
                        Cancellation.when(() -> chunksToGo[0] == 0),
                        (stage, done, _) -> chunksToGo[0] -= stage == at && done == 2 ? 1 : 0);
        assertThatThrownBy(() -> new Job(cancelled).run()).isInstanceOf(PipelineCancelled.class);
        assertThat(runtime.openValues()).isEqualTo(baseline);

        var failing =
                new Work(
                        Cancellation.NEVER,
                        (stage, _, _) -> {
                            if (stage == at) {
                                throw new IllegalStateException("failed");
                            }
                        });
        assertThatThrownBy(() -> new Job(failing).run()).hasMessage("failed");
        assertThat(runtime.openValues()).isEqualTo(baseline);
    }

    private static int worst(byte[] one, byte[] other) {
        assertThat(one).hasSameSizeAs(other);
        int worst = 0;
        for (int i = 0; i < one.length; i++) {
            worst = Math.max(worst, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
        }
        return worst;
    }

    /** Two chunks of a video. */
    private static final class Job {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Work work;
        private final ColourFix fix;
        private Restored restored = new Restored(0, List.of());
        private int failingWrite;
        private int writes;

        Job(Work work) {
            this(work, OPTIONS.colourFix());
        }

        Job(Work work, ColourFix fix) {
            this.work = work;
            this.fix = fix;
        }

        byte[] run() {
            restored =
                    model.restore(
                            FrameSource.of(TestClips.waving(SIZE, FRAMES)),
                            FrameGeometry.area(SIZE, 36, 52),
                            CHUNKS,
                            OPTIONS.withColourFix(fix),
                            this::take,
                            work);
            return bytes.toByteArray();
        }

        private void take(ByteBuffer rgb, int count) {
            if (++writes == failingWrite) {
                throw new OutOfDeviceMemory(runtime.device(), new IllegalStateException());
            }
            byte[] copy = new byte[rgb.remaining()];
            rgb.get(copy);
            bytes.writeBytes(copy);
        }
    }
}
