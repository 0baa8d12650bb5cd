package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Cancellation;
import io.heritage.models.FrameSink;
import io.heritage.models.PipelineCancelled;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WanInterpolationTest {
    private static final int WIDTH = 48;
    private static final int HEIGHT = 32;
    private static final int FRAMES = 9;
    private static final WanFileNames WITHOUT_LORA =
            new WanFileNames(
                    "high.safetensors",
                    "low.safetensors",
                    List.of(),
                    List.of(),
                    "text.safetensors",
                    Optional.of("spiece.model"),
                    "vae.safetensors");

    @TempDir static Path folder;
    private static TorchRuntime runtime;
    private static Rife rife;
    private static WanFiles files;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        rife = Rife.load(runtime, RifeWeights.embedded(), RifeOptions.defaults());
        files = WanTiny.write(folder.resolve("documented"), WanFileNames.DOCUMENTED, false);
    }

    @AfterAll
    static void close() {
        rife.close();
        runtime.close();
    }

    @Test
    void framesComeInOrderAndTheFirstBeforeTheLastIsDecoded() {
        var delivered = new AtomicInteger();
        var decoded = new AtomicInteger();
        var decodedAtFirst = new AtomicInteger(Integer.MAX_VALUE);
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        Work work =
                new Work(
                        Cancellation.NEVER,
                        (stage, done, _) -> {
                            stages.add(stage);
                            if (stage == Stage.DECODE) {
                                decoded.set(done);
                            }
                        });
        try (var wan = open(files, settings())) {
            var made =
                    wan.interpolate(
                            request(1, end(), 4),
                            (rgb, frames) -> {
                                delivered.addAndGet(frames);
                                decodedAtFirst.accumulateAndGet(decoded.get(), Math::min);
                                assertThat(rgb.remaining()).isEqualTo(3 * WIDTH * HEIGHT);
                            },
                            work);
            assertThat(made)
                    .isEqualTo(
                            new WanInterpolation.Interpolated(
                                    4 * 8 + 1, 2, Residency.ALL, List.of()));
            assertThat(wan.tiny()).isTrue();
        }
        assertThat(delivered).hasValue(33);
        assertThat(stages)
                .containsExactlyInAnyOrder(Stage.TEXT, Stage.ENCODE, Stage.DIFFUSE, Stage.DECODE);
        assertThat(decodedAtFirst.get()).isLessThan(decoded.get());
    }

    @Test
    void oneSeedGivesOneVideoWhateverStaysOnTheDevice() {
        List<ByteBuffer> expected;
        WanMemoryEstimate estimate;
        try (var wan = open(files, settings())) {
            estimate = wan.estimate(LatentSize.ofVideo(FRAMES, HEIGHT, WIDTH));
            expected = frames(wan, request(7, end(), 1));
            assertThat(frames(wan, request(7, end(), 1))).isEqualTo(expected);
            assertThat(frames(wan, request(8, end(), 1))).isNotEqualTo(expected);
        }
        for (Residency limit : Residency.values()) {
            try (var wan = open(files, settings())) {
                limit(wan, limit);
                assertThat(frames(wan, request(7, end(), 1))).as("%s", limit).isEqualTo(expected);
                assertThat(residency(wan)).isEqualTo(limit);
            }
        }
        assertThat(estimate.peak(Residency.ALL)).isGreaterThan(estimate.peak(Residency.ONE_EXPERT));
        assertThat(estimate.fitting(estimate.peak(Residency.ALL))).contains(Residency.ALL);
        assertThat(estimate.fitting(estimate.peak(Residency.ONE_EXPERT)))
                .contains(Residency.ONE_EXPERT);
    }

    @Test
    void aLargeVideoMakesRoomAndASmallOneAfterItKeepsEverythingThere() {
        var picture = ByteBuffer.allocateDirect(3 * 4 * WIDTH * 4 * HEIGHT);
        var large =
                new InterpolationRequest(picture, null, 4 * WIDTH, 4 * HEIGHT, 5, 4, 1, "", "", 1);
        long enoughForOneExpert;
        try (var wan = open(files, settings())) {
            enoughForOneExpert = wan.estimate(large.latentSize()).peak(Residency.ONE_EXPERT);
        }
        try (var wan = open(files, ChangedSettings.deviceBytes(settings(), enoughForOneExpert))) {
            assertThat(residency(wan)).isEqualTo(Residency.ALL);
            assertThat(wan.interpolate(large, (_, _) -> {}, Work.UNWATCHED).residency())
                    .isEqualTo(Residency.ONE_EXPERT);
            assertThat(residency(wan)).isEqualTo(Residency.ALL);
        }
    }

    /** As if memory had run out with more. */
    private static void limit(WanInterpolation wan, Residency limit) {
        for (Residency more : Residency.values()) {
            if (more.compareTo(limit) < 0) {
                wan.ranOut(more, new LatentSize(2, 2, 2));
            }
        }
    }

    private static Residency residency(WanInterpolation wan) {
        return wan.interpolate(request(1, end(), 1), (_, _) -> {}, Work.UNWATCHED).residency();
    }

    @Test
    void whatIsDoneWhenMemoryRunsOutIsTold() {
        var met = new ArrayList<String>();
        var left = new AtomicInteger(1);
        var work =
                new Work(
                        Cancellation.NEVER,
                        (stage, _, _) -> {
                            if (stage == Stage.DIFFUSE && left.getAndDecrement() > 0) {
                                throw new OutOfDeviceMemory(
                                        runtime.device(), new IllegalStateException());
                            }
                        },
                        met::add);
        try (var wan = open(files, settings())) {
            var made = wan.interpolate(request(1, end(), 1), (_, _) -> {}, work);
            assertThat(made.fallbacks()).hasSize(1);
            assertThat(met).containsExactly(made.residency().name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void aVideoThatDoesNotFitIsRefusedWithAdvice() {
        try (var wan = open(files, settings())) {
            long smallest =
                    wan.estimate(new LatentSize(2, 2, 2)).peak(Residency.SWAP_BLOCKS) + 1_000_000;
            try (var little = open(files, ChangedSettings.deviceBytes(settings(), smallest))) {
                assertThatThrownBy(() -> frames(little, request(1, end(), 1)))
                        .isInstanceOf(DoesNotFit.class)
                        .hasMessageContaining("Reduce resolution to 480 or 640")
                        .hasMessageContaining("frame_length to 33 or 49");
            }
        }
    }

    @Test
    void theEndImageAndTheNegativePromptChangeAVideoOnlyWhereTheyAreAsked() {
        try (var wan = open(files, settings())) {
            var both = frames(wan, request(3, end(), 1));
            assertThat(frames(wan, request(3, null, 1))).hasSize(FRAMES).isNotEqualTo(both);
            assertThat(frames(wan, negative("blurry"))).isEqualTo(both);
        }
        var guided = ChangedSettings.guidance(settings(), new ExpertGuidance(3.5, 1));
        try (var wan = open(files, guided)) {
            assertThat(frames(wan, negative("blurry")))
                    .isNotEqualTo(frames(wan, negative("a cat")));
        }
    }

    @Test
    void aCancelledVideoStopsBetweenBlocksAndTheNextOneIsWhole() {
        try (var wan = open(files, settings())) {
            var blocks = new AtomicInteger();
            var work =
                    new Work(
                            Cancellation.when(() -> blocks.get() >= 3),
                            (stage, _, _) -> {
                                if (stage == Stage.DIFFUSE) {
                                    blocks.incrementAndGet();
                                }
                            });
            var request = request(1, end(), 1);
            assertThatThrownBy(() -> wan.interpolate(request, (_, _) -> {}, work))
                    .isInstanceOf(PipelineCancelled.class);
            assertThat(blocks).hasValue(3);
            assertThat(frames(wan, request)).hasSize(FRAMES);
        }
    }

    @Test
    void eightBitWeightsGiveTheSameVideoKeptOrWidened() {
        var small = WanTiny.write(folder.resolve("fp8"), WITHOUT_LORA, true);
        var kept = only(small, Float8Storage.KEEP);
        var widened = only(small, Float8Storage.WIDEN);
        assertThat(distance(kept, widened)).isLessThan(0.05);
        var merged = WanTiny.write(folder.resolve("fp8lora"), WanFileNames.DOCUMENTED, true);
        assertThat(
                        distance(
                                only(merged, Float8Storage.REQUANTISE),
                                only(merged, Float8Storage.KEEP)))
                .isLessThan(3);
    }

    private static List<ByteBuffer> only(WanFiles set, Float8Storage storage) {
        var plain = settings();
        try (var wan = open(set, ChangedSettings.float8(plain, storage))) {
            return frames(wan, request(5, end(), 1));
        }
    }

    @Test
    void bfloat16GivesNearlyTheSameVideo() {
        var request = request(5, end(), 1);
        try (var exact = open(files, settings());
                var rounded = open(files, ChangedSettings.precision(settings(), Precision.BF16))) {
            assertThat(distance(frames(exact, request), frames(rounded, request)))
                    .isBetween(1e-3, 3.0);
        }
    }

    @Test
    void anExpertWhoseLoadingIsCancelledIsNotHalfThere() {
        try (var wan = open(files, settings())) {
            limit(wan, Residency.ONE_EXPERT);
            var blocks = new AtomicInteger();
            var work =
                    new Work(
                            Cancellation.when(() -> blocks.get() > 0),
                            (stage, _, _) -> {
                                if (stage == Stage.LOAD) {
                                    blocks.incrementAndGet();
                                }
                            });
            var request = request(1, end(), 1);
            assertThatThrownBy(() -> wan.interpolate(request, (_, _) -> {}, work))
                    .isInstanceOf(PipelineCancelled.class);
            assertThat(frames(wan, request)).hasSize(FRAMES);
        }
    }

    /** Mean difference in levels. */
    private static double distance(List<ByteBuffer> one, List<ByteBuffer> other) {
        double sum = 0;
        for (int f = 0; f < one.size(); f++) {
            for (int i = 0; i < one.get(f).limit(); i++) {
                sum +=
                        Math.abs(
                                Byte.toUnsignedInt(one.get(f).get(i))
                                        - Byte.toUnsignedInt(other.get(f).get(i)));
            }
        }
        return sum / one.size() / one.getFirst().limit();
    }

    @Test
    void missingFilesAreNamed() {
        assertThatThrownBy(() -> WanFiles.find(folder.resolve("empty"), WanFileNames.DOCUMENTED))
                .hasMessageContaining("wan_vae_v1.safetensors")
                .hasMessageContaining("lora_HIGH")
                .hasMessageContaining("empty");
    }

    @Test
    void aWrongFileIsRefusedNamingWhatItIs() throws IOException {
        Path mixed = folder.resolve("mixed");
        WanTiny.write(mixed, WITHOUT_LORA, false);
        Files.copy(
                mixed.resolve("vae.safetensors"),
                mixed.resolve("low.safetensors"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var wrong = WanFiles.find(mixed, WITHOUT_LORA);
        assertThatThrownBy(() -> open(wrong, settings()))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("low.safetensors")
                .hasMessageContaining("a VAE");
    }

    @Test
    void aSinkOfMoreThanEightBitsIsRefusedBeforeAnythingIsComputed() {
        FrameSink deep = FrameSink.of(SampleDepth.SIXTEEN, (_, _) -> {});
        try (var wan = open(files, settings())) {
            var request = request(1, end(), 1);
            assertThatThrownBy(() -> wan.interpolate(request, deep, Work.UNWATCHED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("8 bits");
        }
    }

    private static WanSettings settings() {
        return WanSettings.defaults(runtime.device());
    }

    private static WanInterpolation open(WanFiles set, WanSettings settings) {
        return WanInterpolation.open(runtime, set, settings, rife, Work.UNWATCHED);
    }

    private static List<ByteBuffer> frames(WanInterpolation wan, InterpolationRequest request) {
        List<ByteBuffer> frames = new ArrayList<>();
        wan.interpolate(
                request,
                (rgb, _) -> frames.add(ByteBuffer.allocate(rgb.remaining()).put(rgb).flip()),
                Work.UNWATCHED);
        return frames;
    }

    private static InterpolationRequest request(
            long seed, @Nullable ByteBuffer end, int multiplier) {
        return new InterpolationRequest(
                picture(1),
                end,
                WIDTH,
                HEIGHT,
                FRAMES,
                4,
                seed,
                "a (cat:1.2) runs",
                "",
                multiplier);
    }

    private static InterpolationRequest negative(String prompt) {
        return new InterpolationRequest(
                picture(1), end(), WIDTH, HEIGHT, FRAMES, 4, 3, "a (cat:1.2) runs", prompt, 1);
    }

    private static ByteBuffer end() {
        return picture(5);
    }

    private static ByteBuffer picture(int slope) {
        ByteBuffer rgb = ByteBuffer.allocateDirect(3 * WIDTH * HEIGHT);
        for (int i = 0; i < rgb.capacity(); i++) {
            rgb.put(i, (byte) (slope * i));
        }
        return rgb;
    }
}
