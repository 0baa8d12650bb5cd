package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.SampleDepth;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoSize;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real networks of the released architecture with tiny random weights, behind a real broker. */
@Timeout(90)
class RestoreJobsTest {
    private static final String SMALL =
            "{\"action\":\"restore\",\"media\":{\"$media\":0},\"res_h\":64,\"res_w\":96,\"model_type\":\"seedvr2_3b\"}";

    @TempDir static Path dir;
    private static Path models;
    private static Installation installation;
    private static EndpointConfig restore;
    private static Processor processor;
    private static byte[] chelsea;
    private static byte[] bunny;

    @BeforeAll
    static void startProcessor() throws Exception {
        chelsea = Installation.resource("chelsea.png");
        bunny = Installation.resource("bunny-1s.mp4");
        models = Files.createDirectories(dir.resolve("ckpts"));
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_7B_SHARP);
        installation = Installation.start(dir.resolve("broker"));
        restore = installation.newEndpoint(EndpointKind.RESTORE);
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(models);
        List<EndpointId> ids = List.of(restore.id());
        processor =
                Processor.start(
                        config,
                        List.of(restore),
                        ProcessorPorts.of(installation.transport, ids, config.worker()),
                        _ -> new PacedEngine(),
                        Clock.systemUTC());
        assertThat(processor.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        processor.close();
        installation.close();
        Installation.awaitNoThread("device-", "decode-ahead", "encode-behind", "heartbeat-");
    }

    @Test
    void anImageComesBackAsPngOfTheAreaAskedFor() throws Exception {
        Payload output =
                completed(SMALL.replace("96", "96,\"seed\":18446744073709551615"), chelsea);

        assertThat(output.body().toString())
                .isEqualTo(
                        """
                        {"success":true,"media":[{"$media":0}],"videos":[{"$media":0}],"media_type":"image",\
                        "model_type":"seedvr2_3b","model_variant":"normal","resolution":"64x96",\
                        "processing_info":{"seed":18446744073709551615,"cfg_scale":1.0,"sample_steps":1,\
                        "sequence_parallel_size":1,"width":96,"height":64,"frames":1,"format":"png"},"tiny":true}\
                        """);
        try (InputStream png = resultOf(output);
                RgbFrame restored = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(restored.width()).isEqualTo(96);
            assertThat(restored.height()).isEqualTo(64);
        }
    }

    @Test
    void aVideoComesBackWithAllItsFramesAtTheirTimesAndItsSound() throws Exception {
        Payload output = completed(SMALL, bunny);

        assertThat(output.body().path("media_type").asText()).isEqualTo("video");
        Path before = Files.write(dir.resolve("before.mp4"), bunny);
        Path after = dir.resolve("after.mp4");
        try (InputStream mp4 = resultOf(output)) {
            Files.copy(mp4, after);
        }
        assertThat(millisecondsOfFrames(after)).isEqualTo(millisecondsOfFrames(before));
        VideoProbe probe = VideoProbe.of(after, ImageLimits.DEFAULT);
        assertThat(probe.codec()).isEqualTo("h264");
        assertThat(probe.tracks().stream().map(VideoProbe.Track::kind)).containsOnlyOnce("audio");
        assertThat(probe.uprightSize())
                .isEqualTo(
                        new VideoSize(
                                output.body().at("/processing_info/width").asInt(),
                                output.body().at("/processing_info/height").asInt()));
    }

    @Test
    void videosOfOneFrameAndOfOddSizeKeepTheirNumberOfFrames() throws Exception {
        for (int frames : List.of(1, 6)) {
            Payload output = completed(SMALL, video(51, 35, frames));
            assertThat(output.body().at("/processing_info/frames").asInt()).isEqualTo(frames);
        }
    }

    @Test
    void aModelIsInitialisedOnceAndHealthNamesTheLastOne() throws Exception {
        Payload initialized =
                completed(
                        "{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\",\"model_variant\":\"sharp\"}");
        assertThat(initialized.body().toString())
                .isEqualTo(
                        """
                        {"message":"Model seedvr2_7b (sharp) initialized successfully","model_type":"seedvr2_7b",\
                        "model_variant":"sharp","sp_size":1,"ready":true,"tiny":true}\
                        """);
        assertThat(completed("{\"action\":\"health\"}").body().toString())
                .isEqualTo(
                        """
                        {"status":"healthy","model_initialized":true,"model_type":"seedvr2_7b",\
                        "cuda_available":false,"gpu_memory":0,"tiny":true}\
                        """);
    }

    @Test
    void badInputIsRefusedWithItsReasonAndTheNextJobRuns() throws Exception {
        byte[] text = "once upon a time there was a video".getBytes(StandardCharsets.US_ASCII);
        byte[] gif =
                "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(failed("{\"action\":\"restore\"}")).isEqualTo("No video data provided");
        assertThat(failed(SMALL, text)).startsWith("media: ").contains("text");
        assertThat(failed(SMALL, gif)).startsWith("media: 1x1 pixels are too small");
        assertThat(failed(SMALL, Arrays.copyOf(bunny, bunny.length / 2))).startsWith("media: ");
        assertThat(failed(SMALL, Arrays.copyOf(chelsea, chelsea.length / 2))).startsWith("media: ");
        assertThat(failed(SMALL.replace("96", "96,\"media_type\":\"image\""), bunny))
                .startsWith("media: not an image");
        assertThat(failed(SMALL.replace("96", "96,\"sp_size\":3"), chelsea))
                .startsWith("sp_size: ");
        assertThat(failed(SMALL.replace("seedvr2_3b", "seedvr2_70b"), chelsea))
                .contains("model_type", "seedvr2_70b");
        assertThat(failed(SMALL.replace("96", "-1"), chelsea)).contains("res_w");
        assertThat(failed(SMALL.replace("64", "16").replace("96", "16"), video(400, 100, 2)))
                .contains("too small");
        completed(SMALL, chelsea);
    }

    @Test
    void aTruncatedCheckpointFailsTheInitialisationWithItsName() throws Exception {
        Path whole = SeedVr2Files.find(models, SeedVr2Variant.SEEDVR2_3B).dit();
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(
                models.resolve("seedvr2_ema_7b.safetensors"),
                Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(failed("{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\"}"))
                .startsWith("Model initialization failed: ")
                .contains("seedvr2_ema_7b.safetensors");
    }

    @Test
    void aVideoOfTenBitsComesBackSoInEitherFormat() throws Exception {
        byte[] deep = deepVideo();
        Path eight = saved(completed(SMALL.replace("96", "96,\"crf\":4"), deep), "eight.mp4");
        for (String format : List.of("mp4", "webm")) {
            String fields = "96,\"format\":\"%s\",\"bit_depth\":10,\"crf\":4".formatted(format);
            Payload output = completed(SMALL.replace("96", fields), deep);
            assertThat(output.body().path("processing_info").toString())
                    .contains("\"format\":\"%s\",\"crf\":4,\"bit_depth\":10".formatted(format));
            assertThat(output.mediaAt(output.body().path("media").get(0)).mediaType())
                    .isEqualTo("video/" + format);
            Path file = saved(output, "ten." + format);
            assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).bitDepth()).isEqualTo(10);
            assertThat(millisecondsOfFrames(file)).containsExactly(0L, 40L, 100L, 101L, 200L);
            assertThat(meanDifference(file, eight)).as("levels of 8 bit").isLessThan(3);
        }
    }

    @Test
    void whatIsNotOfAnImageOrNotOfAVideoIsRefused() throws Exception {
        assertThat(failed(SMALL.replace("96", "96,\"format\":\"webm\""), chelsea))
                .isEqualTo("format: an image is written as png, found webm");
        assertThat(failed(SMALL.replace("96", "96,\"format\":\"png\""), bunny))
                .isEqualTo("format: a video is written as mp4 or webm, found png");
        assertThat(failed(SMALL.replace("96", "96,\"crf\":20"), chelsea))
                .startsWith("crf: the media is an image");
        assertThat(failed(SMALL.replace("96", "96,\"bit_depth\":10"), chelsea))
                .startsWith("bit_depth: the media is an image");
    }

    /** Five frames of a gradient at uneven times. */
    private static byte[] deepVideo() throws IOException {
        Path file = Files.createTempFile(dir, "deep", ".mp4");
        VideoEncoding encoding =
                VideoEncoding.of(new VideoSize(96, 64), new Rational(25, 1))
                        .withRate(new Rational(1, 1000), new Rational(25, 1))
                        .withBitDepth(10);
        try (VideoWriter writer = VideoWriter.open(file, encoding, null);
                RgbFrame frame = RgbFrame.allocate(96, 64, SampleDepth.SIXTEEN)) {
            var samples = frame.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
            for (int i = 0; i < samples.capacity(); i++) {
                samples.put(i, (short) (i / 3 % 96 * 600 + i % 3 * 3000));
            }
            for (long time : new long[] {0, 40, 100, 101, 200}) {
                writer.write(frame, time, 40);
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    private static double meanDifference(Path one, Path other) throws IOException {
        try (VideoReader a = VideoReader.open(one, ImageLimits.DEFAULT);
                VideoReader b = VideoReader.open(other, ImageLimits.DEFAULT);
                VideoFrame left = Objects.requireNonNull(a.next());
                VideoFrame right = Objects.requireNonNull(b.next())) {
            ByteBuffer x = left.pixels().pixels();
            ByteBuffer y = right.pixels().pixels();
            return IntStream.range(0, x.capacity())
                    .map(i -> Math.abs((x.get(i) & 0xff) - (y.get(i) & 0xff)))
                    .average()
                    .orElseThrow();
        }
    }

    private static Path saved(Payload output, String name) throws IOException {
        Path file = dir.resolve(name);
        try (InputStream result = resultOf(output)) {
            Files.copy(result, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private static Payload completed(String json, byte[]... media) throws IOException {
        Job job = installation.submit(restore, json, media);
        JobEvent end = end(job);
        assertThat(end).isInstanceOf(JobEvent.Completed.class);
        return ((JobEvent.Completed) end).output();
    }

    private static String failed(String json, byte[]... media) throws IOException {
        JobEvent end = end(installation.submit(restore, json, media));
        assertThat(end).isInstanceOf(JobEvent.Failed.class);
        return ((JobEvent.Failed) end).error();
    }

    private static JobEvent end(Job job) {
        return installation.await(
                job,
                event -> event instanceof JobEvent.Completed || event instanceof JobEvent.Failed);
    }

    private static InputStream resultOf(Payload output) throws IOException {
        return installation
                .transport
                .results()
                .open(output.mediaAt(output.body().path("media").get(0)));
    }

    /** When each frame is shown, in milliseconds. */
    private static List<Long> millisecondsOfFrames(Path video) throws IOException {
        List<Long> times = new java.util.ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            double base = reader.probe().timeBase().value();
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                times.add(Math.round(frame.pts() * base * 1000));
                frame.close();
            }
        }
        return times;
    }

    private static byte[] video(int width, int height, int frames) throws IOException {
        Path file = Files.createTempFile(dir, "made", ".mp4");
        try (VideoWriter writer =
                        VideoWriter.open(
                                file,
                                VideoEncoding.of(new VideoSize(width, height), new Rational(25, 1)),
                                null);
                RgbFrame grey = RgbFrame.allocate(width, height)) {
            for (int i : IntStream.range(0, frames).toArray()) {
                writer.write(grey, i, 1);
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }
}
