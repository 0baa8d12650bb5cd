package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Media in and out of restore jobs, good and bad, on a tiny model behind a real broker. */
@Timeout(90)
class RestoreMediaTest {
    private static final String SMALL =
            "{\"media\":{\"$media\":0},\"res_h\":32,\"res_w\":48,\"model_type\":\"seedvr2_3b\"}";

    @TempDir static Path dir;
    private static Path models;
    private static Installation installation;
    private static EndpointConfig restore;
    private static Processor processor;
    private static byte[] chelsea;

    @BeforeAll
    static void startProcessor() throws Exception {
        chelsea = Installation.resource("chelsea.png");
        models = Files.createDirectories(dir.resolve("ckpts"));
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
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

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void aVideoOfTenBitsComesBackSo(String format) throws Exception {
        byte[] deep = deepVideo();
        Path eight = saved(completed(with("\"crf\":4"), deep), "eight.mp4");

        Payload output =
                completed(
                        with("\"format\":\"%s\",\"bit_depth\":10,\"crf\":4".formatted(format)),
                        deep);

        assertThat(output.body().path("processing_info").toString())
                .contains("\"format\":\"%s\",\"crf\":4,\"bit_depth\":10".formatted(format));
        assertThat(output.mediaAt(output.body().path("media").get(0)).mediaType())
                .isEqualTo("video/" + format);
        Path file = saved(output, "ten." + format);
        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).bitDepth()).isEqualTo(10);
        assertThat(millisecondsOfFrames(file)).containsExactly(0L, 40L, 100L, 101L, 200L);
        assertThat(meanDifference(file, eight)).as("levels of 8 bit").isLessThan(3);
    }

    @Test
    void whatIsNotOfAnImageOrNotOfAVideoIsRefused() throws Exception {
        assertThat(failed(with("\"format\":\"webm\""), chelsea))
                .isEqualTo("format: an image is written as png, found webm");
        assertThat(failed(with("\"format\":\"png\""), deepVideo()))
                .isEqualTo("format: a video is written as mp4 or webm, found png");
        assertThat(failed(with("\"crf\":20"), chelsea)).startsWith("crf: the media is an image");
        assertThat(failed(with("\"bit_depth\":10"), chelsea))
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

    /** {@link #SMALL} with more fields, which count instead of its own of the same name. */
    private static String with(String fields) {
        return SMALL.substring(0, SMALL.length() - 1) + "," + fields + "}";
    }

    private static Payload completed(String json, byte[]... media) throws IOException {
        JobEvent end = end(installation.submit(restore, json, media));
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

    private static Path saved(Payload output, String name) throws IOException {
        Path file = dir.resolve(name);
        try (InputStream result =
                installation
                        .transport
                        .results()
                        .open(output.mediaAt(output.body().path("media").get(0)))) {
            Files.copy(result, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private static List<Long> millisecondsOfFrames(Path video) throws IOException {
        List<Long> times = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            double base = reader.probe().timeBase().value();
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                times.add(Math.round(frame.pts() * base * 1000));
                frame.close();
            }
        }
        return times;
    }
}
