package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.AudioPassThrough;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.Installation;
import io.heritage.schemas.Division;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobPart.Segment;
import io.heritage.schemas.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A video that was divided, its parts handed out here as the sink does it; restored by real
 * networks with tiny random weights.
 */
@Timeout(600)
class SegmentsTest {
    private static final int FRAMES = 130;
    private static final int CUT = 100;

    /** Lossless, so that frames can be compared. */
    private static final String INPUT =
            "{\"media\":{\"$media\":0},\"res_h\":32,\"res_w\":48,\"model_type\":\"seedvr2_3b\",\"crf\":0}";

    @TempDir static Path dir;
    private static TinyRestoring one;
    private static TinyRestoring other;
    private static byte[] video;

    @BeforeAll
    static void start() throws Exception {
        one = TinyRestoring.start(folder("one"), "cpu", SeedVr2Variant.SEEDVR2_3B);
        other = TinyRestoring.start(folder("other"), "cpu*2", SeedVr2Variant.SEEDVR2_3B);
        video = video();
    }

    @AfterAll
    static void stop() throws Exception {
        one.stop();
        other.stop();
        one.close();
        other.close();
    }

    private static Path folder(String name) throws IOException {
        return Files.createDirectories(dir.resolve(name));
    }

    /** A bar that wanders, then stripes, and a second of sound. */
    private static byte[] video() throws IOException {
        Path sound = Files.write(dir.resolve("sound.mp4"), Installation.resource("bunny-1s.mp4"));
        Path file = dir.resolve("video.mp4");
        var encoding = VideoEncoding.of(new FrameSize(48, 32), new Rational(25, 1));
        try (AudioPassThrough audio =
                        AudioPassThrough.of(sound, ImageLimits.DEFAULT, VideoFormat.MP4);
                VideoWriter writer = VideoWriter.open(file, encoding, audio);
                RgbFrame frame = RgbFrame.allocate(48, 32)) {
            for (int i = 0; i < FRAMES; i++) {
                ByteBuffer pixels = frame.pixels();
                for (int at = 0; at < 48 * 32; at++) {
                    boolean light = i < CUT ? inBar(at % 48, i) : at / 48 / 6 % 2 == 0;
                    pixels.put((byte) (light ? 220 : 30 + at / 48));
                    pixels.put((byte) (light ? 90 : 60));
                    pixels.put((byte) (i / 2));
                }
                writer.write(frame, i, 1);
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    /** To and fro, a pixel a frame. */
    private static boolean inBar(int x, int frame) {
        int at = frame % 80 < 40 ? frame % 80 : 80 - frame % 80;
        return Math.abs(x - 4 - at) < 4;
    }

    private static String split(int frames) {
        return INPUT.replace("\"crf\":0", "\"crf\":0,\"split_frames\":" + frames);
    }

    /** The parts of one job, each on the processor that its index names. */
    private static Payload divided(String json, List<Integer> order, List<TinyRestoring> on)
            throws Exception {
        Job parent = on.getFirst().submit(json, video);
        JobEvent.Divided event = on.getFirst().installation().await(parent, JobEvent.Divided.class);
        Map<Integer, Payload> outputs = new HashMap<>();
        for (int index : order) {
            TinyRestoring worker = on.get(index % on.size());
            outputs.put(index, moved(parent, event, index, worker, on.getFirst()));
        }
        List<Payload> inOrder = IntStream.range(0, order.size()).mapToObj(outputs::get).toList();
        return run(on.getFirst(), Division.join(parent, event, inOrder));
    }

    /** Restored by one, its packets where the join looks for them. */
    private static Payload moved(
            Job parent, JobEvent.Divided event, int index, TinyRestoring by, TinyRestoring to)
            throws Exception {
        Job segment = Division.segment(parent, event, index);
        if (by == to) {
            return run(by, segment);
        }
        Job there = by.stored(segment, video);
        Payload output = run(by, there);
        try (InputStream packets = by.resultOf(output)) {
            return new Payload(output.body(), List.of(to.result(packets.readAllBytes())));
        }
    }

    private static Payload run(TinyRestoring on, Job part) {
        on.installation().transport.jobs().submit(part);
        JobEvent end = on.end(part);
        assertThat(end).isInstanceOf(JobEvent.Completed.class);
        return ((JobEvent.Completed) end).output();
    }

    @Test
    void anyWorkersInAnyOrderMakeTheBytesOfOne() throws Exception {
        List<Integer> order = List.of(0, 1, 2);
        Payload alone = divided(split(40), order, List.of(one));
        List<Integer> backwards = new ArrayList<>(order);
        Collections.reverse(backwards);
        Payload shared = divided(split(40), backwards, List.of(other, one));

        assertThat(hash(other, shared)).isEqualTo(hash(one, alone));
        assertThat(shared.body()).isEqualTo(alone.body());
        JsonNode facts = alone.body().path("processing_info");
        assertThat(facts.path("frames").asInt()).isEqualTo(FRAMES);
        assertThat(facts.path("segments").asInt()).isEqualTo(3);
    }

    @Test
    void theFramesAreThoseOfAJobThatIsNotDivided() throws Exception {
        Payload whole = one.completed(INPUT, video);
        Payload parts = divided(split(40), List.of(0, 1, 2), List.of(one));
        Path before = one.saved(whole, "whole.mp4");
        Path after = one.saved(parts, "parts.mp4");

        assertThat(frames(after)).isEqualTo(frames(before)).hasSize(FRAMES);
        VideoProbe probe = VideoProbe.of(after, ImageLimits.DEFAULT);
        assertThat(probe.declaredFrames()).hasValue((long) FRAMES);
        assertThat(probe.tracks()).isEqualTo(VideoProbe.of(before, ImageLimits.DEFAULT).tracks());
    }

    @Test
    void aVideoThatIsShortIsNotDivided() throws Exception {
        Payload output = one.completed(split(120), video);
        assertThat(output.body().path("processing_info").has("segments")).isFalse();
    }

    @Test
    void segmentsEndAtCutsOrBetweenChunks() throws Exception {
        Job parent = one.submit(split(40), video);
        Division division = one.installation().await(parent, JobEvent.Divided.class).division();
        assertThat(division.segments())
                .containsExactly(
                        new Segment(0, 57, 0, 61, 61, 4, 1),
                        new Segment(57, CUT, 0, CUT, 61, 4, 0),
                        new Segment(CUT, FRAMES, CUT, FRAMES, 61, 4, 1));
    }

    /** When each is shown, and its pixels. */
    private static List<String> frames(Path file) throws Exception {
        List<String> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            double base = reader.probe().timeBase().value();
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(frame.pixels().pixels());
                frames.add(
                        Math.round(frame.pts() * base * 1000)
                                + " "
                                + HexFormat.of().formatHex(digest.digest(), 0, 8));
                frame.close();
            }
        }
        return frames;
    }

    private static String hash(TinyRestoring on, Payload output) throws Exception {
        try (InputStream bytes = on.resultOf(output)) {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.readAllBytes()));
        }
    }
}
