package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.jobs.FakeServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code --keep-partial}, and what {@code interpolate} does with several videos and with pieces.
 */
class KeptWorkTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream progress =
            new ByteArrayOutputStream() {
                @Override
                public void flush() {
                    onTold.run();
                }
            };
    private volatile Runnable onTold = () -> {};
    private final PrintStream stderr = System.err;
    @TempDir Path folder;

    @BeforeEach
    void catchProgress() {
        System.setErr(new PrintStream(progress, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void letProgressGo() {
        System.setErr(stderr);
    }

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        return HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private String told() {
        return progress.toString(StandardCharsets.UTF_8) + err;
    }

    /** As Ctrl-C does, when that has been told. */
    private int stopWhen(Predicate<String> told, Object... arguments) throws Exception {
        var command = new FutureTask<>(() -> run(arguments));
        Thread thread = Thread.ofPlatform().start(command);
        await().atMost(PATIENCE).until(() -> told.test(told()) || command.isDone());
        thread.interrupt();
        return command.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * As Ctrl-C does, by the thread that tells of the frames: however busy the machine is, some are
     * written then and most are not.
     */
    private int stopOnceSomeAreWritten(List<Object> arguments) throws Exception {
        var command = new FutureTask<>(() -> run(arguments.toArray()));
        Thread thread = Thread.ofPlatform().unstarted(command);
        onTold =
                () -> {
                    if (someAreSurelyWritten(told())) {
                        onTold = () -> {};
                        thread.interrupt();
                    }
                };
        thread.start();
        return command.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Up to nine of the frames that are done may wait for the encoder, and are dropped. */
    private static boolean someAreSurelyWritten(String told) {
        return told.matches("(?s).*\"frames_done\":([2-9]\\d|\\d{3,}).*");
    }

    private Path clip(String name, int frames, int side) throws IOException {
        Path file = folder.resolve(name);
        var encoding = VideoEncoding.of(new FrameSize(side, side), new Rational(25, 1));
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (int i = 0; i < frames; i++) {
                try (RgbFrame frame = RgbFrame.allocate(side, side)) {
                    frame.pixels().put(3 * (i % side), (byte) 255);
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
        return file;
    }

    private static int frames(Path file) throws IOException {
        try (VideoReader reader = VideoReader.open(file, ImageLimits.DEFAULT)) {
            int count = 0;
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                frame.close();
                count++;
            }
            return count;
        }
    }

    private List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void framesThatARaisedVideoHasWhenItIsStoppedAreKept() throws Exception {
        Path clip = clip("clip.mp4", 300, 256);
        String[] line = {
            "interpolate", "" + clip, "-o", "" + folder.resolve("out.mp4"), "--times=2"
        };
        List<Object> kept = new ArrayList<>(List.of(line));
        kept.addAll(List.of("--keep-partial", "--progress=json"));

        int code = stopOnceSomeAreWritten(kept);

        assertThat(code).as(told()).isEqualTo(130);
        assertThat(names(folder)).containsExactly("clip.mp4", "out.partial.mp4");
        assertThat(frames(folder.resolve("out.partial.mp4"))).isBetween(1, 599);
        assertThat(told()).contains("finished frames are in " + folder.resolve("out.partial.mp4"));
    }

    @Test
    void framesOfARestoredVideoAreKeptTooAndWithoutTheOptionNone() throws Exception {
        Path clip = clip("clip.mp4", 2000, 32);
        List<Object> line =
                new ArrayList<>(List.of("restore", clip, "-o", folder.resolve("out.mp4")));
        line.addAll(List.of("--model=tiny", "--size=32x32", "--progress=json"));

        int code = stopOnceSomeAreWritten(line);

        assertThat(code).as(told()).isEqualTo(130);
        assertThat(names(folder)).containsExactly("clip.mp4");
        progress.reset();
        line.add("--keep-partial");
        assertThat(stopOnceSomeAreWritten(line)).as(told()).isEqualTo(130);
        assertThat(names(folder)).containsExactly("clip.mp4", "out.partial.mp4");
        assertThat(frames(folder.resolve("out.partial.mp4"))).isBetween(1, 1999);
    }

    @Test
    void framesThatAServerHasSentPartsOfAreFetchedWhenTheJobIsCancelled() throws Exception {
        Path picture = folder.resolve("a.png");
        var bytes = new ByteArrayOutputStream();
        try (RgbFrame frame = RgbFrame.allocate(16, 16);
                var encoder = new PngEncoder()) {
            encoder.encode(frame, bytes);
        }
        Files.write(picture, bytes.toByteArray());
        String frame = Base64.getEncoder().encodeToString(bytes.toByteArray());
        try (var server = new FakeServer()) {
            String part = "{\"output\":{\"first_frame\":0,\"frames\":[\"x\",\"x\"]}}";
            String parts = "{\"status\":\"CANCELLED\",\"stream\":[" + part + "," + part + "]}";
            server.on("POST /v2/interpolate/run", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}")
                    .on(
                            "GET /v2/interpolate/status-sync/j-1?wait=1000",
                            200,
                            "{\"id\":\"j-1\",\"status\":\"IN_PROGRESS\"}")
                    .on(
                            "POST /v2/interpolate/cancel/j-1",
                            200,
                            "{\"id\":\"j-1\",\"status\":\"CANCELLED\"}")
                    .on("GET /v2/interpolate/stream/j-1?from=0", 200, parts.replace("x", frame))
                    .on(
                            "GET /v2/interpolate/stream/j-1?from=2",
                            200,
                            "{\"status\":\"CANCELLED\",\"stream\":[]}");
            Path target = folder.resolve("frames");
            Predicate<String> polled =
                    _ -> server.requests().stream().anyMatch(each -> each.contains("status-sync"));

            int code =
                    stopWhen(
                            polled,
                            "interpolate",
                            picture,
                            picture,
                            "-o",
                            target,
                            "--keep-partial",
                            "--url",
                            server.url());

            assertThat(code).as(told()).isEqualTo(130);
            assertThat(names(folder)).containsExactly("a.png", "frames.partial");
            assertThat(names(folder.resolve("frames.partial"))).hasSize(4);
        }
    }

    @Test
    void severalVideosGoIntoAFolderAndAPieceIntoAFile() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        Path into = Files.createDirectory(folder.resolve("out"));
        clip("in/a.mp4", 3, 64);
        Path second = clip("in/b.mp4", 50, 64);
        Files.writeString(in.resolve("notes.txt"), "no video");
        Files.writeString(into.resolve("b_x2.mp4"), "done before");

        int code = run("interpolate", in, "-o", into, "--times=2", "--skip-existing", "--json");

        assertThat(code).as(told()).isZero();
        JsonNode results = Wire.json().readTree(out.toString());
        assertThat(results).hasSize(2);
        assertThat(results.at("/1/skipped").asBoolean()).isTrue();
        assertThat(frames(into.resolve("a_x2.mp4"))).isEqualTo(6);
        Path piece = folder.resolve("piece.mp4");
        assertThat(run("interpolate", second, "-o", piece, "--times=2", "--preview=0.2s"))
                .as(told())
                .isZero();
        assertThat(frames(piece)).isEqualTo(10);
        assertThat(run("interpolate", second, "-o", piece, "--times=2", "--preview=0.2s"))
                .isEqualTo(2);
        assertThat(run("interpolate", second, "-o", piece, "--times=2", "--preview=frame:3"))
                .isEqualTo(2);
        assertThat(run("interpolate", in, "-o", piece, "--times=2")).isEqualTo(2);
        assertThat(err.toString()).contains("several inputs need an existing folder");
    }

    @Test
    void anInterpolationIsEstimatedWithoutItsPictures() throws Exception {
        try (var server = new FakeServer()) {
            server.on("POST /v2/interpolate/estimate", 200, "{\"fits\":\"yes\"}");
            Path picture = Path.of("../examples/start.jpg");

            int code =
                    run(
                            "interpolate",
                            picture,
                            picture,
                            "-o",
                            folder.resolve("x.mp4"),
                            "--estimate",
                            "--json",
                            "--url",
                            server.url());

            assertThat(code).as(told()).isZero();
            assertThat(out.toString()).contains("\"fits\":\"yes\"");
            assertThat(server.requests()).hasSize(1);
        }
    }
}
