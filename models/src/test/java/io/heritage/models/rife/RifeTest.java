package io.heritage.models.rife;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heritage.models.Cancellation;
import io.heritage.models.PipelineCancelled;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RifeTest {
    private static final int WIDTH = 150;
    private static final int HEIGHT = 100;
    private static TorchRuntime runtime;
    private static Rife rife;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        try (RifeWeights weights = RifeWeights.find(null)) {
            rife = Rife.load(runtime, weights, RifeOptions.defaults());
        }
    }

    @AfterAll
    static void close() {
        rife.close();
        runtime.close();
    }

    @Test
    void theEmbeddedWeightsSayWhatTheyAre() {
        assertThat(rife.weights().name()).isEqualTo("rife47");
        assertThat(rife.weights().source()).isEqualTo("embedded");
        assertThat(rife.weights().sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void aFileInTheModelFolderTakesPrecedence() throws IOException {
        Files.copy(
                Path.of("src/main/resources/io/heritage/models/rife/rife47.safetensors"),
                folder.resolve("rife47.safetensors"));
        try (RifeWeights weights = RifeWeights.find(folder)) {
            assertThat(weights.origin().source()).isEqualTo("rife47.safetensors");
            assertThat(weights.origin().sha256()).isEqualTo(rife.weights().sha256());
        }
        Files.copy(
                Path.of("src/test/resources/checkpoints/saved.pth"), folder.resolve("rife47.pth"));
        try (RifeWeights weights = RifeWeights.find(folder)) {
            assertThat(weights.origin().source()).isEqualTo("rife47.pth");
            assertThatThrownBy(() -> Rife.load(runtime, weights, RifeOptions.defaults()))
                    .isInstanceOf(CheckpointMismatch.class)
                    .hasMessageContainingAll("rife47.pth", "block0.conv0.0.0.weight", "nothing");
        }
    }

    @Test
    void theEndsAreTheInputsAndTheMiddleIsBetweenThem() {
        try (RifePair pair = rife.pair(frame(0), frame(6), WIDTH, HEIGHT)) {
            assertThat(at(pair, 0)).isEqualTo(frame(0));
            assertThat(at(pair, 1)).isEqualTo(frame(6));
            ByteBuffer middle = at(pair, 0.5);
            assertThat(meanDifference(middle, frame(3)))
                    .as("the picture moved by half the way")
                    .isLessThan(meanDifference(average(frame(0), frame(6)), frame(3)));
        }
    }

    @Test
    void goingOnAlongASequenceEqualsStartingAnew() {
        try (RifePair along = rife.pair(frame(0), frame(2), WIDTH, HEIGHT);
                RifePair anew = rife.pair(frame(2), frame(5), WIDTH, HEIGHT)) {
            along.next(frame(5));
            assertThat(at(along, 0)).isEqualTo(frame(2));
            assertThat(at(along, 0.25)).isEqualTo(at(anew, 0.25));
        }
    }

    @Test
    void heapAndDirectBuffersAreAlike() {
        ByteBuffer direct = ByteBuffer.allocateDirect(3 * WIDTH * HEIGHT + 5).position(5);
        direct.put(frame(0)).position(5);
        ByteBuffer out = ByteBuffer.allocateDirect(3 * WIDTH * HEIGHT);
        try (RifePair heap = rife.pair(frame(0), frame(6), WIDTH, HEIGHT);
                RifePair mixed = rife.pair(direct, frame(6), WIDTH, HEIGHT)) {
            mixed.at(0.5, out, Cancellation.NEVER);
            assertThat(direct.position()).isEqualTo(5);
            assertThat(at(heap, 0.5)).isEqualTo(out.flip());
        }
    }

    @Test
    void cancellationIsLookedAtBetweenBlocks() {
        var asked = new AtomicInteger();
        Cancellation third = Cancellation.when(() -> asked.incrementAndGet() == 3);
        ByteBuffer out = ByteBuffer.allocate(3 * WIDTH * HEIGHT);
        try (RifePair pair = rife.pair(frame(0), frame(6), WIDTH, HEIGHT)) {
            assertThatThrownBy(() -> pair.at(0.5, out, third))
                    .isInstanceOf(PipelineCancelled.class);
            assertThat(asked).hasValue(3);
            assertThat(out.position()).isZero();
            pair.at(0.5, out, Cancellation.NEVER);
            assertThat(out.hasRemaining()).isFalse();
        }
    }

    @Test
    void everyStageIsTimedInItsOrder() {
        List<RifeStage> stages = new ArrayList<>();
        try (RifePair pair =
                rife.pair(frame(0), frame(6), WIDTH, HEIGHT, (stage, nanos) -> stages.add(stage))) {
            at(pair, 0.5);
        }
        assertThat(stages)
                .containsExactly(
                        RifeStage.ENCODE,
                        RifeStage.ENCODE,
                        RifeStage.BLOCK_0,
                        RifeStage.BLOCK_1,
                        RifeStage.BLOCK_2,
                        RifeStage.BLOCK_3,
                        RifeStage.BLEND);
    }

    @Test
    void memoryDoesNotGrowWithTheNumberOfFrames() throws IOException {
        ByteBuffer black = ByteBuffer.allocateDirect(3 * 64 * 64);
        ByteBuffer out = ByteBuffer.allocateDirect(3 * 64 * 64);
        try (RifePair pair = rife.pair(black, black, 64, 64)) {
            run(pair, black, out, 50);
            long[] growth = new long[5];
            for (int i = 0; i < growth.length; i++) {
                long before = residentKilobytes();
                run(pair, black, out, 40);
                growth[i] = residentKilobytes() - before;
            }
            // What is kept grows each time, the virtual machine's heap and code some times.
            Arrays.sort(growth);
            assertThat(growth[1])
                    .as("kB more after 40 frames; kept features alone would be 4,480")
                    .isLessThan(1_600);
        }
    }

    private static void run(RifePair pair, ByteBuffer rgb, ByteBuffer out, int frames) {
        for (int i = 0; i < frames; i++) {
            pair.at(0.5, out.clear(), Cancellation.NEVER);
            pair.next(rgb);
        }
    }

    @Test
    void bfloat16LosesLittle() {
        assumeThat(Precision.BF16.isNativeOn(new Device.Cpu())).isTrue();
        try (RifeWeights weights = RifeWeights.embedded();
                Rife fast = Rife.load(runtime, weights, new RifeOptions(Precision.BF16));
                RifePair exact = rife.pair(frame(0), frame(6), WIDTH, HEIGHT);
                RifePair rounded = fast.pair(frame(0), frame(6), WIDTH, HEIGHT)) {
            assertThat(psnr(at(exact, 0.5), at(rounded, 0.5))).isGreaterThan(38);
        }
    }

    @Test
    void halfPrecisionIsForCudaOnly() {
        try (RifeWeights weights = RifeWeights.embedded()) {
            assertThatThrownBy(() -> Rife.load(runtime, weights, new RifeOptions(Precision.FP16)))
                    .hasMessageContainingAll("FP16", "cpu");
        }
    }

    @Test
    void framesOfTheWrongSizeAndTimesOutsideAreRefused() {
        assertThatThrownBy(() -> rife.pair(frame(0), ByteBuffer.allocate(10), WIDTH, HEIGHT))
                .hasMessageContaining("10 bytes for a frame of 150x100 RGB, expected 45000");
        try (RifePair pair = rife.pair(frame(0), frame(1), WIDTH, HEIGHT)) {
            assertThatThrownBy(() -> at(pair, 1.5)).hasMessageContaining("1.5");
            assertThatThrownBy(() -> at(pair, Double.NaN)).hasMessageContaining("NaN");
            assertThatThrownBy(() -> pair.at(0.5, ByteBuffer.allocate(9), Cancellation.NEVER))
                    .hasMessageContaining("room for 9 bytes");
        }
    }

    private static ByteBuffer at(RifePair pair, double t) {
        ByteBuffer out = ByteBuffer.allocate(3 * WIDTH * HEIGHT);
        pair.at(t, out, Cancellation.NEVER);
        return out.flip();
    }

    /** Smooth waves, moved to the right by so many pixels. */
    private static ByteBuffer frame(int moved) {
        ByteBuffer rgb = ByteBuffer.allocate(3 * WIDTH * HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                for (int c = 0; c < 3; c++) {
                    double wave =
                            Math.sin((x - moved) * 0.21 + c)
                                    + Math.cos(y * 0.17 + (x - moved) * 0.05);
                    rgb.put((byte) Math.round(128 + 60 * wave));
                }
            }
        }
        return rgb.flip();
    }

    private static ByteBuffer average(ByteBuffer a, ByteBuffer b) {
        ByteBuffer mean = ByteBuffer.allocate(a.remaining());
        for (int i = 0; i < a.remaining(); i++) {
            mean.put((byte) ((Byte.toUnsignedInt(a.get(i)) + Byte.toUnsignedInt(b.get(i))) / 2));
        }
        return mean.flip();
    }

    private static double meanDifference(ByteBuffer a, ByteBuffer b) {
        double sum = 0;
        for (int i = 0; i < a.remaining(); i++) {
            sum += Math.abs(Byte.toUnsignedInt(a.get(i)) - Byte.toUnsignedInt(b.get(i)));
        }
        return sum / a.remaining();
    }

    private static double psnr(ByteBuffer a, ByteBuffer b) {
        double squares = 0;
        for (int i = 0; i < a.remaining(); i++) {
            double d = Byte.toUnsignedInt(a.get(i)) - Byte.toUnsignedInt(b.get(i));
            squares += d * d;
        }
        return 10 * Math.log10(255 * 255 / (squares / a.remaining()));
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
