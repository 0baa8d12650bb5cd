package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoProbe;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.restore.TinyRestoring;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real networks of the released architecture with tiny random weights, behind a real broker. */
@Timeout(300)
class RestoreJobsTest {
    private static final String SMALL =
            "{\"action\":\"restore\",\"media\":{\"$media\":0},\"res_h\":64,\"res_w\":96,\"model_type\":\"seedvr2_3b\"}";

    @TempDir static Path dir;
    private static TinyRestoring restoring;
    private static byte[] chelsea;
    private static byte[] bunny;

    @BeforeAll
    static void startProcessor() throws Exception {
        chelsea = Installation.resource("chelsea.png");
        bunny = Installation.resource("bunny-1s.mp4");
        restoring =
                TinyRestoring.start(
                        dir, "cpu*2", SeedVr2Variant.SEEDVR2_3B, SeedVr2Variant.SEEDVR2_7B_SHARP);
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        restoring.close();
    }

    @Test
    void anImageComesBackAsPngOfTheAreaAskedFor() throws Exception {
        Payload output =
                restoring.completed(
                        SMALL.replace("96", "96,\"seed\":18446744073709551615"), chelsea);

        assertThat(output.body().toString())
                .isEqualTo(
                        """
                        {"success":true,"media":[{"$media":0}],"videos":[{"$media":0}],"media_type":"image",\
                        "model_type":"seedvr2_3b","model_variant":"normal","resolution":"64x96",\
                        "processing_info":{"seed":18446744073709551615,"cfg_scale":1.0,"sample_steps":1,\
                        "sequence_parallel_size":1,"width":96,"height":64,"frames":1,"scenes":1,"fit":"area",\
                        "colour_fix":"wavelet","precision":"fp32","format":"png"},"tiny":true}\
                        """);
        try (InputStream png = restoring.resultOf(output);
                RgbFrame restored = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(restored.width()).isEqualTo(96);
            assertThat(restored.height()).isEqualTo(64);
        }
    }

    @Test
    void aVideoComesBackWithAllItsFramesAtTheirTimesAndItsSound() throws Exception {
        Payload output = restoring.completed(SMALL, bunny);

        assertThat(output.body().path("media_type").asText()).isEqualTo("video");
        assertThat(restoring.installation().page.text())
                .contains(",model=\"seedvr2_3b\",stage=\"diffuse\"} ");
        Path before = Files.write(dir.resolve("before.mp4"), bunny);
        Path after = dir.resolve("after.mp4");
        try (InputStream mp4 = restoring.resultOf(output)) {
            Files.copy(mp4, after);
        }
        assertThat(TinyRestoring.millisecondsOfFrames(after))
                .isEqualTo(TinyRestoring.millisecondsOfFrames(before));
        VideoProbe probe = VideoProbe.of(after, ImageLimits.DEFAULT);
        assertThat(probe.codec()).isEqualTo("h264");
        assertThat(output.body().at("/processing_info/fps").asDouble())
                .isEqualTo(probe.frameRate().rounded());
        assertThat(probe.tracks().stream().map(VideoProbe.Track::kind)).containsOnlyOnce("audio");
        assertThat(probe.uprightSize())
                .isEqualTo(
                        new FrameSize(
                                output.body().at("/processing_info/width").asInt(),
                                output.body().at("/processing_info/height").asInt()));
    }

    @Test
    void twoDevicesMakeTheVideoAndTheImageOfOne() throws Exception {
        byte[] longer = restoring.video(48, 32, 70);
        for (byte[] media : List.of(longer, chelsea)) {
            Payload alone = restoring.completed(SMALL, media);
            Payload shared = restoring.completed(SMALL.replace("96", "96,\"sp_size\":2"), media);
            assertThat(shared.body().at("/processing_info/sequence_parallel_size").asInt())
                    .isEqualTo(2);
            try (InputStream one = restoring.resultOf(alone);
                    InputStream two = restoring.resultOf(shared)) {
                assertThat(two.readAllBytes()).isEqualTo(one.readAllBytes());
            }
        }
    }

    @Test
    void aVideoWithACutKeepsAllItsFramesAtTheirTimes() throws Exception {
        byte[] cut = Installation.resource("cut-at-4.mp4");
        Payload output = restoring.completed(SMALL, cut);

        assertThat(output.body().at("/processing_info/scenes").asInt()).isEqualTo(2);
        Path before = Files.write(dir.resolve("cut.mp4"), cut);
        Path after = dir.resolve("cut-after.mp4");
        try (InputStream mp4 = restoring.resultOf(output)) {
            Files.copy(mp4, after);
        }
        assertThat(TinyRestoring.millisecondsOfFrames(after))
                .hasSize(8)
                .isEqualTo(TinyRestoring.millisecondsOfFrames(before));
    }

    @Test
    void videosOfOneFrameAndOfOddSizeKeepTheirNumberOfFrames() throws Exception {
        for (int frames : List.of(1, 6)) {
            Payload output = restoring.completed(SMALL, restoring.video(51, 35, frames));
            assertThat(output.body().at("/processing_info/frames").asInt()).isEqualTo(frames);
        }
    }

    @Test
    void anImageOfAnExactSizeHasThatSize() throws Exception {
        Payload output =
                restoring.completed(with("\"res_h\":50,\"res_w\":71,\"fit\":\"exact\""), chelsea);

        try (InputStream png = restoring.resultOf(output);
                RgbFrame restored = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(restored.width()).isEqualTo(71);
            assertThat(restored.height()).isEqualTo(50);
        }
        assertThat(output.body().at("/processing_info/fit").asText()).isEqualTo("exact");
    }

    /** Left half clear, right half opaque. */
    @Test
    void anImageWithAlphaComesBackWithAlphaOfTheRestoredSize() throws Exception {
        var image = new BufferedImage(40, 24, BufferedImage.TYPE_4BYTE_ABGR);
        for (int i = 0; i < 40 * 24; i++) {
            image.setRGB(i % 40, i / 40, (i % 40 < 20 ? 0 : 0xff000000) | 0x30a0c0);
        }
        var png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);

        BufferedImage restored =
                ImageIO.read(
                        restoring.resultOf(
                                restoring.completed(
                                        with("\"res_h\":50,\"res_w\":70,\"fit\":\"exact\""),
                                        png.toByteArray())));

        assertThat(restored.getColorModel().hasAlpha()).isTrue();
        assertThat(restored.getWidth()).isEqualTo(70);
        assertThat(restored.getHeight()).isEqualTo(50);
        for (int y = 0; y < 50; y++) {
            assertThat(restored.getRGB(0, y) >>> 24).isLessThan(10);
            assertThat(restored.getRGB(30, y) >>> 24).isLessThan(10);
            assertThat(restored.getRGB(40, y) >>> 24).isGreaterThan(245);
            assertThat(restored.getRGB(69, y) >>> 24).isGreaterThan(245);
        }
        assertThat(
                        ImageIO.read(restoring.resultOf(restoring.completed(SMALL, chelsea)))
                                .getColorModel()
                                .hasAlpha())
                .isFalse();
    }

    @Test
    void aVideoOfAnExactSizeHasThatSizeIfItIsEven() throws Exception {
        Payload output =
                restoring.completed(
                        with("\"res_h\":50,\"res_w\":70,\"fit\":\"exact\""),
                        restoring.video(51, 35, 2));

        assertThat(output.body().at("/processing_info/width").asInt()).isEqualTo(70);
        assertThat(output.body().at("/processing_info/height").asInt()).isEqualTo(50);
        Path file = dir.resolve("exact.mp4");
        try (InputStream mp4 = restoring.resultOf(output)) {
            Files.copy(mp4, file);
        }
        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).uprightSize())
                .isEqualTo(new FrameSize(70, 50));
        assertThat(
                        restoring.failed(
                                with("\"res_h\":50,\"res_w\":71,\"fit\":\"exact\""),
                                restoring.video(51, 35, 2)))
                .isEqualTo("fit exact: a video needs even sides, found res_h 50 and res_w 71");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "bf16", "fp16"})
    void everyPrecisionRunsHere(String precision) throws Exception {
        byte[] usual = restoring.resultOf(restoring.completed(SMALL, chelsea)).readAllBytes();
        Payload output =
                restoring.completed(with("\"precision\":\"%s\"".formatted(precision)), chelsea);

        assertThat(output.body().at("/processing_info/precision").asText()).isEqualTo(precision);
        byte[] restored = restoring.resultOf(output).readAllBytes();
        if (precision.equals("fp32")) {
            assertThat(restored).isEqualTo(usual);
        } else {
            assertThat(restored).isNotEqualTo(usual);
            assertThat(meanDifference(restored, usual)).isLessThan(2);
        }
    }

    @Test
    void whoNamesNeitherModelNorPrecisionGetsThoseThatWereInitialised() throws Exception {
        restoring.completed(
                "{\"action\":\"initialize\",\"model_type\":\"seedvr2_3b\",\"precision\":\"bf16\"}");

        String unnamed = "{\"media\":{\"$media\":0},\"res_h\":32,\"res_w\":48}";
        assertThat(
                        restoring
                                .completed(unnamed, chelsea)
                                .body()
                                .at("/processing_info/precision")
                                .asText())
                .isEqualTo("bf16");
        assertThat(
                        restoring
                                .completed(SMALL, chelsea)
                                .body()
                                .at("/processing_info/precision")
                                .asText())
                .isEqualTo("fp32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lab", "adain", "hsv", "wavelet_adaptive", "none"})
    void everyColourFixGivesAnotherPicture(String fix) throws Exception {
        Payload output = restoring.completed(with("\"color_fix\":\"%s\"".formatted(fix)), chelsea);

        assertThat(output.body().at("/processing_info/colour_fix").asText()).isEqualTo(fix);
        assertThat(restoring.resultOf(output).readAllBytes())
                .isNotEqualTo(
                        restoring.resultOf(restoring.completed(SMALL, chelsea)).readAllBytes());
    }

    @Test
    void aModelIsInitialisedOnceAndHealthNamesTheLastOne() throws Exception {
        Payload initialized =
                restoring.completed(
                        "{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\",\"model_variant\":\"sharp\"}");
        assertThat(initialized.body().toString())
                .isEqualTo(
                        """
                        {"message":"Model seedvr2_7b (sharp) initialized successfully","model_type":"seedvr2_7b",\
                        "model_variant":"sharp","sp_size":1,"ready":true,"tiny":true}\
                        """);
        assertThat(restoring.completed("{\"action\":\"health\"}").body().toString())
                .isEqualTo(
                        """
                        {"status":"healthy","model_initialized":true,"model_type":"seedvr2_7b",\
                        "cuda_available":false,"gpu_memory":0,"tiny":true}\
                        """);
    }

    @Test
    void aRunningRestorationStopsWithinItsStageOnceItIsCancelledAndTheNextJobRuns()
            throws Exception {
        Job job = restoring.submit(SMALL.replace("96", "96,\"sample_steps\":1000"), bunny);
        restoring.installation().await(job, RestoreJobsTest::isDiffusing);
        Job next = restoring.submit("{\"action\":\"health\"}");
        restoring.installation().cancel(job);
        int heard = restoring.installation().events(job).size();

        assertThat(restoring.end(next)).isInstanceOf(JobEvent.Completed.class);
        List<JobEvent> all = restoring.installation().events(job);
        assertThat(all)
                .noneMatch(event ->
                        event instanceof JobEvent.Completed || event instanceof JobEvent.Failed);
        assertThat(all.size() - heard).as("what it was just saying").isLessThan(2);
        restoring.completed(SMALL, chelsea);
    }

    private static boolean isDiffusing(JobEvent event) {
        return event instanceof JobEvent.Progress progress
                && progress.value().path("stage").asText().equals("diffuse");
    }

    @Test
    void badInputIsRefusedWithItsReasonAndTheNextJobRuns() throws Exception {
        byte[] text = "once upon a time there was a video".getBytes(StandardCharsets.US_ASCII);
        byte[] gif =
                "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(restoring.failed("{\"action\":\"restore\"}"))
                .isEqualTo("No video data provided");
        assertThat(restoring.failed(SMALL, text)).startsWith("media: ").contains("text");
        assertThat(restoring.failed(SMALL, gif)).startsWith("media: 1x1 pixels are too small");
        assertThat(restoring.failed(SMALL, Arrays.copyOf(bunny, bunny.length / 2)))
                .startsWith("media: ");
        assertThat(restoring.failed(SMALL, Arrays.copyOf(chelsea, chelsea.length / 2)))
                .startsWith("media: ");
        assertThat(restoring.failed(SMALL.replace("96", "96,\"media_type\":\"image\""), bunny))
                .startsWith("media: not an image");
        assertThat(restoring.failed(SMALL.replace("96", "96,\"sp_size\":3"), chelsea))
                .isEqualTo("sp_size: this worker has 2 devices, found 3; use sp_size 1 to 2");
        assertThat(restoring.failed(SMALL.replace("seedvr2_3b", "seedvr2_70b"), chelsea))
                .contains("model_type", "seedvr2_70b");
        assertThat(restoring.failed(SMALL.replace("96", "-1"), chelsea)).contains("res_w");
        assertThat(
                        restoring.failed(
                                SMALL.replace("64", "16").replace("96", "16"),
                                restoring.video(400, 100, 2)))
                .contains("too small");
        restoring.completed(SMALL, chelsea);
    }

    @Test
    void aTruncatedCheckpointFailsTheInitialisationWithItsName() throws Exception {
        Path whole = SeedVr2Files.find(restoring.models(), SeedVr2Variant.SEEDVR2_3B).dit();
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(
                restoring.models().resolve("seedvr2_ema_7b.safetensors"),
                Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(restoring.failed("{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\"}"))
                .startsWith("Model initialization failed: ")
                .contains("seedvr2_ema_7b.safetensors");
    }

    /** {@link #SMALL} with more fields, which count instead of its own of the same name. */
    private static String with(String fields) {
        return SMALL.substring(0, SMALL.length() - 1) + "," + fields + "}";
    }

    private static double meanDifference(byte[] png, byte[] other) {
        var decoder = new ImageDecoder(ImageLimits.DEFAULT);
        try (RgbFrame one = decoder.decode(ByteBuffer.wrap(png));
                RgbFrame two = decoder.decode(ByteBuffer.wrap(other))) {
            return IntStream.range(0, one.bytes())
                    .map(i -> Math.abs((one.pixels().get(i) & 0xff) - (two.pixels().get(i) & 0xff)))
                    .average()
                    .orElseThrow();
        }
    }
}
