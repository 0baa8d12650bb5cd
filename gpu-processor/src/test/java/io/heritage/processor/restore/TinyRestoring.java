package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.Installation;
import io.heritage.processor.PacedEngine;
import io.heritage.processor.Processor;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A processor that restores with tiny models, behind a real broker, and what tests ask of it. */
public final class TinyRestoring implements AutoCloseable {
    private final Path dir;
    private final Installation installation;
    private final EndpointConfig endpoint;
    private final Processor processor;

    private TinyRestoring(
            Path dir, Installation installation, EndpointConfig endpoint, Processor processor) {
        this.dir = dir;
        this.installation = installation;
        this.endpoint = endpoint;
        this.processor = processor;
    }

    /**
     * @param device as in the configuration
     */
    public static TinyRestoring start(Path dir, String device, SeedVr2Variant... installed)
            throws Exception {
        Path models = Files.createDirectories(models(dir));
        for (SeedVr2Variant variant : installed) {
            SeedVr2Tiny.write(models, variant);
        }
        Installation installation = Installation.inMemory();
        EndpointConfig endpoint = installation.newEndpoint(EndpointKind.RESTORE);
        ProcessorConfig config =
                Installation.config(Duration.ZERO).withModels(models).withDevice(device);
        Processor processor =
                installation.processor(
                        config, List.of(endpoint), (_, _) -> new PacedEngine(), Clock.systemUTC());
        assertThat(processor.awaitReady(Duration.ofSeconds(120))).isTrue();
        return new TinyRestoring(dir, installation, endpoint, processor);
    }

    private static Path models(Path dir) {
        return dir.resolve("ckpts");
    }

    public Path models() {
        return models(dir);
    }

    public Installation installation() {
        return installation;
    }

    public Job submit(String json, byte[]... media) throws IOException {
        return installation.submit(endpoint, json, media);
    }

    /** The same part with media that are here. */
    Job stored(Job part, byte[] media) throws IOException {
        return new Job(
                part.id(),
                endpoint.id(),
                part.kind(),
                part.owner(),
                new Payload(
                        part.input().body(),
                        List.of(stored(installation.transport.media(), media))),
                part.policy(),
                null,
                part.reply(),
                part.submittedAt(),
                0,
                null,
                null,
                part.part(),
                null,
                part.traceparent());
    }

    /** Bytes where results are. */
    MediaRef result(byte[] bytes) throws IOException {
        return stored(installation.transport.results(), bytes);
    }

    private static MediaRef stored(MediaStore store, byte[] bytes) throws IOException {
        try (MediaUpload upload = store.begin("test-" + System.nanoTime())) {
            MediaPart part = upload.part("part", "application/octet-stream");
            try (part) {
                part.write(bytes);
            }
            return part.durable();
        }
    }

    /** Completed or failed. */
    public JobEvent end(Job job) {
        return installation.await(
                job,
                event -> event instanceof JobEvent.Completed || event instanceof JobEvent.Failed);
    }

    public Payload completed(String json, byte[]... media) throws IOException {
        JobEvent end = end(submit(json, media));
        assertThat(end).isInstanceOf(JobEvent.Completed.class);
        return ((JobEvent.Completed) end).output();
    }

    /** The text of the error. */
    public String failed(String json, byte[]... media) throws IOException {
        JobEvent end = end(submit(json, media));
        assertThat(end).isInstanceOf(JobEvent.Failed.class);
        return ((JobEvent.Failed) end).error();
    }

    /** To be closed. */
    public InputStream resultOf(Payload output) throws IOException {
        return installation
                .transport
                .results()
                .open(output.mediaAt(output.body().path("media").get(0)));
    }

    public Path saved(Payload output, String name) throws IOException {
        Path file = dir.resolve(name);
        try (InputStream result = resultOf(output)) {
            Files.copy(result, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** An mp4 of black frames, 25 a second. */
    public byte[] video(int width, int height, int frames) throws IOException {
        Path file = Files.createTempFile(dir, "made", ".mp4");
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(width, height), new Rational(25, 1));
        try (VideoWriter writer = VideoWriter.open(file, encoding, null);
                RgbFrame frame = RgbFrame.allocate(width, height)) {
            for (int i = 0; i < frames; i++) {
                writer.write(frame, i, 1);
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    /** When each frame is shown. */
    public static List<Long> millisecondsOfFrames(Path video) throws IOException {
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

    /** Before {@link #close()} where another processor of the JVM still runs. */
    void stop() {
        processor.close();
    }

    /** And sees to it that no thread of the processor is left. */
    @Override
    public void close() throws Exception {
        processor.close();
        installation.close();
        Installation.awaitNoThread("device-", "decode-ahead", "encode-behind", "heartbeat-");
    }
}
