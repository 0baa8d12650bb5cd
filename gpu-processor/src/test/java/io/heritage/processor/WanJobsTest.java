package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanTiny;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.interpolate.RifeEngine;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real networks of the released architecture with tiny random weights, behind a real broker. */
@Timeout(400)
class WanJobsTest {
    private static final String BOTH =
            """
            {"start_image_base64":{"$media":0},"end_image_base64":{"$media":1},
             "resolution":480,"frame_length":18,"steps":4,"seed":18446744073709551615,"interpolation":1,
             "positive_prompt":"a (cat:1.2) \\u0000\\u001b\\ud83d \\ud83d\\ude00 runs"}\
            """;
    private static final WanFileNames NAMES = WanFileNames.DOCUMENTED;

    @TempDir static Path dir;
    private static Path models;
    private static Installation installation;
    private static EndpointConfig auto;
    private static Processor processor;
    private static byte[] start;
    private static byte[] end;

    @BeforeAll
    static void startProcessor() throws Exception {
        start = picture(64, 64, 40);
        end = picture(90, 60, 200);
        models = dir.resolve("ckpts");
        WanTiny.write(models, NAMES, true);
        installation = Installation.inMemory();
        auto = installation.newEndpoint(EndpointKind.INTERPOLATE);
        processor = processor(auto, models);
    }

    private static Processor processor(EndpointConfig endpoint, Path folder) throws Exception {
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(folder);
        Processor started =
                installation.processor(
                        config, List.of(endpoint), RifeEngine::open, Clock.systemUTC());
        assertThat(started.awaitReady(Duration.ofSeconds(120))).isTrue();
        return started;
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        processor.close();
        installation.close();
        Installation.awaitNoThread("device-", "png-", "hash-", "encode-behind", "heartbeat-");
    }

    @Test
    void whereWanIsInstalledItMakesTheFramesAndTheAnswerSaysHow() throws Exception {
        Job job = installation.submit(auto, BOTH, start, end);

        Payload output = completed(job);

        JsonNode metadata = output.body().path("metadata");
        assertThat(metadata.toString())
                .startsWith(
                        """
                        {"format":"png","frame_count":17,"steps":4,"resolution":480,"frame_length":18,\
                        "width":480,"height":480,"fps":16,"interpolation":1,"engine":"wan",\
                        "seed":18446744073709551615,"scheduler":"euler","shift":8.0,"high_noise_steps":2,\
                        "residency":"all","weights":{"name":"wan2.2_i2v_a14b","files":[\
                        """)
                .endsWith("]},\"tiny\":true}");
        assertThat(metadata.at("/weights/files")).hasSize(NAMES.all().size());
        for (JsonNode file : metadata.at("/weights/files")) {
            assertThat(file.path("sha256").asText())
                    .isEqualTo(sha256(models.resolve(file.path("file").asText())));
        }
        assertThat(output.body().path("frames")).hasSize(17);
        for (JsonNode frame : output.body().path("frames")) {
            try (InputStream png = installation.transport.results().open(output.mediaAt(frame));
                    RgbFrame decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
                assertThat(new FrameSize(decoded.width(), decoded.height()))
                        .isEqualTo(new FrameSize(480, 480));
            }
        }
        assertThat(stagesOf(job)).contains("load", "encode", "diffuse", "decode");
        assertThat(installation.page.text()).contains(",model=\"wan22\",stage=\"diffuse\"} ");
        assertThat(firstPart(job)).isLessThan(17);
    }

    @Test
    void fromAStartImageAloneComesAVideoWhoseSeedIsReported() throws Exception {
        String json =
                """
                {"start_image_base64":{"$media":0},"resolution":480,"frame_length":17,"steps":4,"interpolation":1,"output":"mp4"}\
                """;
        Payload output = completed(installation.submit(auto, json, start));

        JsonNode metadata = output.body().path("metadata");
        assertThat(output.body().has("frames")).isFalse();
        assertThat(metadata.path("format").asText()).isEqualTo("mp4");
        assertThat(metadata.path("frame_count").asInt()).isEqualTo(17);
        assertThat(metadata.path("seed").asLong()).isBetween(1L, 1L << 53);
        Path file = dir.resolve("made.mp4");
        try (InputStream mp4 =
                installation
                        .transport
                        .results()
                        .open(output.mediaAt(output.body().path("video")))) {
            Files.copy(mp4, file);
        }
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            VideoProbe probe = reader.probe();
            assertThat(probe.codec()).isEqualTo("h264");
            assertThat(probe.frameRate().value()).isEqualTo(metadata.path("fps").asInt());
            int frames = 0;
            for (VideoFrame f = reader.next(); f != null; f = reader.next()) {
                f.close();
                frames++;
            }
            assertThat(frames).isEqualTo(17);
        }
    }

    @Test
    void badInputIsRefusedByNameAndACancelledJobStops() throws Exception {
        byte[] text = "no picture".repeat(9).getBytes(StandardCharsets.US_ASCII);
        assertThat(failed(auto, BOTH, text, end)).startsWith("start_image_base64: not an image");
        assertThat(failed(auto, BOTH, start, text)).startsWith("end_image_base64: not an image");
        assertThat(failed(auto, BOTH, picture(330, 80, 9), end))
                .startsWith("start_image_base64: 330x80 pixels are more than 4:1");
        assertThat(failed(auto, BOTH.replace("a (cat", "a".repeat(100_000)), start, end))
                .startsWith("positive_prompt: expected at most 20000 characters, found 100");

        Job job = installation.submit(auto, BOTH.replace("18,", "129,"), start, end);
        installation.await(job, isProgress("encode"));
        installation.cancel(job);
        Job next = installation.submit(auto, "{}");
        installation.await(next, JobEvent.Completed.class);
        assertThat(installation.events(job))
                .noneMatch(e -> e instanceof JobEvent.Completed || e instanceof JobEvent.Failed);
    }

    @Test
    void aWrongOrMissingFileFailsTheJobAndARightOneInItsPlaceIsUsed() throws Exception {
        Path folder = dir.resolve("wrong");
        WanTiny.write(folder, NAMES, false);
        Path low = folder.resolve(NAMES.lowNoise());
        Path lora = folder.resolve(NAMES.lowLoras().getFirst().file());
        Path kept = Files.move(low, folder.resolve("kept"));
        EndpointConfig endpoint =
                Installation.withEngine(
                        installation.newEndpoint(EndpointKind.INTERPOLATE), Engine.WAN);
        try (Processor _ = processor(endpoint, folder)) {
            assertThat(failed(endpoint, BOTH, start, end))
                    .startsWith("engine wan is not installed: ckpts/" + NAMES.lowNoise())
                    .contains(folder.toString());
            replace(folder.resolve(NAMES.vae()), low);
            assertThat(failed(endpoint, BOTH, start, end))
                    .startsWith("engine wan could not be loaded: ")
                    .contains(NAMES.lowNoise())
                    .contains("a VAE");
            replace(kept, low);
            Path keptLora = Files.move(lora, folder.resolve("kept-lora"));
            replace(folder.resolve(NAMES.textEncoder()), lora);
            assertThat(failed(endpoint, BOTH, start, end))
                    .startsWith("engine wan could not be loaded: ")
                    .contains(NAMES.lowLoras().getFirst().file());
            replace(keptLora, lora);
            completed(installation.submit(endpoint, BOTH, start, end));
        }
    }

    private static void replace(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Predicate<JobEvent> isProgress(String stage) {
        return event ->
                event instanceof JobEvent.Progress progress
                        && progress.value().path("stage").asText().equals(stage);
    }

    private static List<String> stagesOf(Job job) {
        return installation.events(job).stream()
                .filter(JobEvent.Progress.class::isInstance)
                .map(event -> ((JobEvent.Progress) event).value().path("stage").asText())
                .distinct()
                .toList();
    }

    /** Frames that were announced first. */
    private static int firstPart(Job job) {
        return installation.events(job).stream()
                .filter(JobEvent.PartReady.class::isInstance)
                .mapToInt(event -> ((JobEvent.PartReady) event).part().media().size())
                .findFirst()
                .orElseThrow();
    }

    private static Payload completed(Job job) {
        JobEvent last = end(job);
        assertThat(last).as(last.toString()).isInstanceOf(JobEvent.Completed.class);
        return ((JobEvent.Completed) last).output();
    }

    private static String failed(EndpointConfig endpoint, String json, byte[]... media)
            throws IOException {
        JobEvent last = end(installation.submit(endpoint, json, media));
        assertThat(last).isInstanceOf(JobEvent.Failed.class);
        return ((JobEvent.Failed) last).error();
    }

    private static JobEvent end(Job job) {
        return installation.await(
                job,
                event -> event instanceof JobEvent.Completed || event instanceof JobEvent.Failed);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(
                        java.security.MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(file)));
    }

    private static byte[] picture(int width, int height, int level) throws IOException {
        try (RgbFrame frame = RgbFrame.allocate(width, height);
                var encoder = new PngEncoder()) {
            for (int i = 0; i < frame.bytes(); i++) {
                frame.pixels().put(i, (byte) (level + i % 50));
            }
            var png = new ByteArrayOutputStream();
            encoder.encode(frame, png);
            return png.toByteArray();
        }
    }
}
