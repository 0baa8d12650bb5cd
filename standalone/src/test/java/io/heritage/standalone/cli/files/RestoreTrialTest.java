package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.jobs.FakeServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code restore --preview} and {@code --estimate}. */
class RestoreTrialTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    @TempDir Path folder;
    private Path clip;

    /** 50 frames at 25 a second, each brighter than the one before. */
    @BeforeEach
    void makeClip() throws IOException {
        clip = folder.resolve("clip.mp4");
        var encoding = VideoEncoding.of(new FrameSize(32, 32), new Rational(25, 1)).withCrf(1);
        try (VideoWriter writer = VideoWriter.open(clip, encoding, null)) {
            for (int i = 0; i < 50; i++) {
                try (RgbFrame frame = RgbFrame.allocate(32, 32)) {
                    ByteBuffer pixels = frame.pixels();
                    while (pixels.hasRemaining()) {
                        pixels.put((byte) (4 * i));
                    }
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
    }

    private int run(Object... arguments) {
        return HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private int preview(Object target, Object... more) {
        List<Object> line =
                new ArrayList<>(
                        List.of("restore", clip, "--preview=0.1s", "-o", target, "--model=tiny"));
        line.addAll(List.of("--size=32x32", "--progress=none"));
        line.addAll(List.of(more));
        return run(line.toArray());
    }

    @Test
    void aPreviewNeverReplacesTheVideoItIsFromByWhateverName() throws Exception {
        byte[] before = Files.readAllBytes(clip);
        Path hard = Files.createLink(folder.resolve("hard.mp4"), clip);
        Path soft = Files.createSymbolicLink(folder.resolve("soft.mp4"), clip);
        Path spelt = folder.resolve("x/../clip.mp4");
        Files.createDirectory(folder.resolve("x"));
        for (Path target : List.of(clip, hard, soft, spelt)) {
            assertThat(preview(target, "--overwrite")).isEqualTo(2);
            assertThat(err.toString()).contains("it is the input");
            assertThat(clip).hasBinaryContent(before);
        }
    }

    @Test
    void aPreviewReplacesNoWholeResultUnlessToldTo() throws Exception {
        Path target = Files.writeString(folder.resolve("whole.mp4"), "a night's work");

        assertThat(preview(target)).isEqualTo(2);
        assertThat(target).hasContent("a night's work");
        assertThat(err.toString())
                .contains("name another file for the preview, or add --overwrite");
        assertThat(preview(target, "--overwrite")).as("" + err).isZero();
        assertThat(Files.size(target)).isGreaterThan(100);
    }

    @Test
    void aReportThatCannotBeWrittenStopsTheCommandBeforeAnyWork() throws Exception {
        Path target = folder.resolve("new.mp4");
        Path none = folder.resolve("none/report.json");

        assertThat(preview(target, "--report", none)).isEqualTo(2);
        assertThat(err.toString()).contains("--report: cannot write " + none);
        assertThat(preview(target, "--report", folder)).isEqualTo(2);
        assertThat(run("restore", clip, "-o", target, "--model=tiny", "--report", clip))
                .isEqualTo(2);
        assertThat(err.toString()).contains("it is an input or an output");
        assertThat(target).doesNotExist();
        assertThat(Files.size(clip)).isGreaterThan(100);
    }

    @Test
    void aReportNeverReplacesAnOriginal() throws Exception {
        byte[] before = Files.readAllBytes(clip);
        Path start = Files.copy(Path.of("../examples/start.jpg"), folder.resolve("start.jpg"));
        Path end = Files.copy(start, folder.resolve("end.jpg"));
        Path target = folder.resolve("new.mp4");

        assertThat(preview(target, "--report", clip)).isEqualTo(2);
        assertThat(run("interpolate", start, end, "-o", target, "--report", end)).isEqualTo(2);

        assertThat(err.toString())
                .contains("cannot write " + clip + ": it is an input or an output")
                .contains("cannot write " + end + ": it is an input or an output");
        assertThat(clip).hasBinaryContent(before);
        assertThat(end).hasSameBinaryContentAs(start);
        assertThat(target).doesNotExist();
    }

    @Test
    void aPieceIsTheFrameOrTheSecondsThatWereAskedFor() throws Exception {
        Path still = new Preview.Frame(30).cut(clip, folder);
        try (InputStream png = Files.newInputStream(still);
                RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(frame.pixels().get(0) & 0xff).isBetween(117, 123);
        }
        Path seconds = new Preview.Beginning(0.4).cut(clip, folder);
        try (VideoReader reader = VideoReader.open(seconds, ImageLimits.DEFAULT)) {
            while (reader.next() instanceof io.heritage.media.VideoFrame frame) {
                frame.close();
            }
            assertThat(reader.framesRead()).isEqualTo(10);
        }
    }

    @Test
    void aPreviewRestoresThePieceOnly() {
        Path target = folder.resolve("frame.png");

        int code =
                run(
                        "restore",
                        clip,
                        "--preview=frame:3",
                        "-o",
                        target,
                        "--model=tiny",
                        "--json",
                        "--size=32x32",
                        "--progress=none");

        assertThat(code).as("" + out + err).isZero();
        assertThat(target).isNotEmptyFile();
        Path other = folder.resolve("other.png");
        assertThat(run("restore", clip, "--preview=frame:50", "-o", other)).isEqualTo(7);
        assertThat(run("restore", clip, "--preview=half", "-o", other)).isEqualTo(2);
        assertThat(run("restore", clip, "--preview=2s")).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no frame 50")
                .contains("expected 2s or frame:57, found 'half'")
                .contains("--preview takes one video and -o OUT");
    }

    @Test
    void anEstimateBeginsNothingAndEndsWith8WhereTheJobIsNotPossible() throws Exception {
        try (var server = new FakeServer()) {
            server.on(
                    "POST /v2/restore/estimate",
                    200,
                    """
                    {"fits":"no","memory":{"available":80000000000,"worker":"gpu-1"},\
                    "run":{"p50":9000,"p90":12000},"suggestions":["ask for a larger res_h"]}\
                    """);

            assertThat(run("restore", clip, "--estimate", "--url", server.url())).isEqualTo(8);

            assertThat(out.toString())
                    .contains("not possible, largest GPU 80 GB, takes 0:09 to 0:12")
                    .contains("ask for a larger res_h");
            out.getBuffer().setLength(0);
            assertThat(run("restore", clip, "--estimate", "--json", "--url", server.url()))
                    .isEqualTo(8);
            JsonNode estimate = Wire.json().readTree(out.toString());
            assertThat(estimate.path("input").asText()).isEqualTo(clip.toString());
            assertThat(server.requests()).allMatch(request -> request.contains("/estimate"));
        }
        assertThat(run("restore", clip, "--estimate")).isEqualTo(2);
    }
}
