package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.jobs.FakeServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code restore} and {@code interpolate} with a user's files. */
class FileCommandsTest {
    @TempDir static Path models;
    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void installTinyModel() {
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
    }

    private int run(Object... arguments) {
        return HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private int restore(Object... arguments) {
        List<Object> line = new ArrayList<>(List.of("restore", "--size", "32x32"));
        line.addAll(List.of("--models", models));
        line.addAll(List.of(arguments));
        return run(line.toArray());
    }

    private Path picture(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (RgbFrame frame = RgbFrame.allocate(32, 32);
                var encoder = new PngEncoder();
                OutputStream png = Files.newOutputStream(file)) {
            encoder.encode(frame, png);
        }
        return file;
    }

    private Path clip(String name) throws IOException {
        Path file = folder.resolve(name);
        var encoding = VideoEncoding.of(new FrameSize(32, 32), new Rational(25, 1));
        try (RgbFrame frame = RgbFrame.allocate(32, 32);
                VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            writer.write(frame, 0, 1);
            writer.finish();
        }
        return file;
    }

    private static void assertIsImage(Path file) throws IOException {
        try (InputStream png = Files.newInputStream(file);
                RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(frame.width()).isEqualTo(32);
        }
    }

    @Test
    void aFileAloneIsRestoredBesideItselfWithTheInstalledModel() throws Exception {
        Path picture = picture("old photo.png");
        Path clip = clip("clip.mov.mp4");

        assertThat(restore(picture)).as(err.toString()).isZero();
        assertThat(restore(clip)).as(err.toString()).isZero();

        Path restored = folder.resolve("old photo_restored.png");
        assertIsImage(restored);
        assertThat(folder.resolve("clip.mov_restored.mp4")).isNotEmptyFile();
        assertThat(out.toString()).contains(restored.toString());
    }

    /** In a process of its own, which has a stdin and a stdout of its own. */
    @Test
    void aPictureComesOnStdinAndGoesToStdout() throws Exception {
        Path picture = picture("in.png");
        Path result = folder.resolve("out.png");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("io.heritage.standalone.Heritage");
        command.addAll(List.of("restore", "-", "-o", "-", "--size", "32x32"));
        command.addAll(List.of("--models", models.toString()));

        Process process =
                new ProcessBuilder(command)
                        .redirectInput(picture.toFile())
                        .redirectOutput(result.toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
        assertIsImage(result);
    }

    @Test
    void aFolderIsQueuedAsOneBatch() throws Exception {
        picture("in/a.png");
        Path second = picture("in/b.png");
        try (var server = new FakeServer()) {
            server.once("PUT /v2/restore/media", 200, "{\"media_ref\":\"media:1\"}");
            server.on("PUT /v2/restore/media", 200, "{\"media_ref\":\"media:2\"}");
            server.on("POST /v2/restore/batch", 200, "{\"id\":\"j-1\",\"status\":\"IN_QUEUE\"}");
            List<String> line =
                    List.of("restore", folder.resolve("in").toString(), "--url", server.url());

            assertThat(run(with(line, "--batch", "--size", "64x32", "-q"))).as("" + err).isZero();
            assertThat(out.toString()).isEqualTo("j-1\n");
            assertThat(server.body("PUT /v2/restore/media")).contains("PNG");
            JsonNode inputs =
                    Wire.json().readTree(server.body("POST /v2/restore/batch")).path("inputs");
            assertThat(inputs)
                    .extracting(job -> job.path("media").asText())
                    .containsExactly("media:1", "media:2");
            assertThat(inputs).allMatch(job -> job.path("res_w").asInt() == 64);

            out.getBuffer().setLength(0);
            assertThat(run(with(line, "--batch", "--json"))).isZero();
            JsonNode facts = Wire.json().readTree(out.toString());
            assertThat(facts.path("batch").asText()).isEqualTo("j-1");
            assertThat(facts.at("/jobs/1/input").asText()).isEqualTo(second.toString());
            assertThat(facts.at("/jobs/1/job").asText()).isEqualTo("j-1-b1");

            assertThat(run(with(line, "--batch", "-o", folder.toString()))).isEqualTo(2);
            assertThat(run("restore", second, "--url", "", "--batch")).isEqualTo(2);
            assertThat(err.toString()).contains("no -o").contains("needs a server");
        }
    }

    private static Object[] with(List<String> line, String... more) {
        List<Object> all = new ArrayList<>(line);
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void whatCannotGoWithAPipeIsRefused() throws Exception {
        Path picture = picture("in.png");

        assertThat(restore(picture, "-o", "-", "--json")).isEqualTo(2);
        assertThat(out.toString()).contains("both write to stdout");
        assertThat(restore(picture, "-o", "-", "--keep-partial")).isEqualTo(2);
        assertThat(err.toString()).contains("--keep-partial needs a file");
        assertThat(restore("-")).isEqualTo(2);
        assertThat(err.toString()).contains("needs -o OUT");
        assertThat(restore("-", picture, "-o", folder)).isEqualTo(2);
        assertThat(err.toString()).contains("takes one input, found 2 inputs");
        assertThat(restore(folder, "-o", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("-o - is for one file, found " + folder);
        assertThat(run("interpolate", "-", "-", "-o", "x.mp4")).isEqualTo(2);
        assertThat(err.toString()).contains("- is stdin and can be given only once");
        assertThat(run("interpolate", "-", "-o", "x.mp4", "--times", "2", "--preview", "1s"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--preview takes a file");
    }

    @Test
    void withoutAModelItSaysHowToGetOne() throws Exception {
        Path none = Files.createDirectory(folder.resolve("none"));

        assertThat(run("restore", picture("a.png"), "--models", none)).isEqualTo(3);
        assertThat(run("restore", picture("a.png"), "--models", none, "--model", "seedvr2_7b"))
                .isEqualTo(3);

        assertThat(err.toString())
                .contains("no restoration model is installed in " + none)
                .contains("heritage models pull seedvr2_3b")
                .contains("--model tiny")
                .contains("seedvr2_ema_7b.pth")
                .contains("heritage models pull seedvr2_7b");
        assertThat(folder.resolve("a_restored.png")).doesNotExist();
    }

    @Test
    void aFolderAndFilesAreRestoredOneAfterAnotherAndABadOneDoesNotStopTheRest() throws Exception {
        picture("in/a.png");
        picture("in/b.png");
        picture("in/b_restored.png");
        Files.writeString(folder.resolve("in/notes.txt"), "no picture");
        byte[] whole = Files.readAllBytes(picture("in/c.png"));
        Files.write(folder.resolve("in/c.png"), Arrays.copyOf(whole, whole.length - 20));
        Path into = Files.createDirectory(folder.resolve("out"));

        int code = restore(folder.resolve("in"), picture("d.png"), "-o", into);

        assertThat(code).isEqualTo(7);
        assertThat(err.toString()).contains("c.png: ").contains("1 of 4 files failed");
        try (var files = Files.list(into)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "a_restored.png", "b_restored.png", "d_restored.png");
        }
    }

    @Test
    void twoInputsWithOneResultAreRefused() throws Exception {
        assertThat(restore(picture("a/x.png"), picture("b/x.png"), "-o", folder)).isEqualTo(2);
        assertThat(restore(picture("a/x.png"), picture("b/y.png"), "-o", "z.png")).isEqualTo(2);

        assertThat(err.toString())
                .contains("would be written to it")
                .contains("several inputs need an existing folder");
    }

    @Test
    void anOutputThatIsTheInputIsRefusedByWhateverNameBeforeAnythingIsComputed() throws Exception {
        Path picture = picture("same.png");
        byte[] before = Files.readAllBytes(picture);
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.png"), picture);
        Path hard = Files.createLink(folder.resolve("hard.png"), picture);
        Path spelled = folder.resolve("..").resolve(folder.getFileName()).resolve("same.png");
        Path clip = clip("same.mp4");

        for (Path output : List.of(picture, symbolic, hard, spelled)) {
            assertThat(restore(picture, "-o", output)).as("%s", output).isEqualTo(2);
        }
        assertThat(run("interpolate", clip, "-o", clip, "--times", 2)).isEqualTo(2);

        assertThat(err.toString().lines())
                .hasSize(5)
                .allMatch(line -> line.contains("it is the input"));
        assertThat(picture).hasBinaryContent(before);
    }

    @Test
    void anExistingFileIsThereAsLongAsItsReplacementIsNotWhole() throws Exception {
        Path output = Files.writeString(folder.resolve("out.png"), "precious");
        byte[] whole = Files.readAllBytes(picture("cut.png"));
        Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length - 20));

        assertThat(restore(cut, "-o", output)).isEqualTo(7);
        assertThat(output).hasContent("precious");

        assertThat(restore(picture("fine.png"), "-o", output)).isZero();
        assertIsImage(output);
    }

    @Test
    void whatKilledCommandsLeftBesideTheirOutputIsRemoved() throws Exception {
        long ended = new ProcessBuilder("true").start().onExit().get(2, TimeUnit.MINUTES).pid();
        long living = ProcessHandle.current().parent().orElseThrow().pid();
        Path same = Files.writeString(partial(ended, "out.png"), "half");
        Path old = Files.createDirectory(partial(ended, "frames"));
        Files.writeString(old.resolve("1.png"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path fresh = Files.writeString(partial(ended, "elsewhere.mp4"), "maybe another machine's");
        Path used = Files.writeString(partial(living, "out.png"), "in the making");
        Path other = Files.writeString(folder.resolve(".partial-notes"), "mine");

        assertThat(restore(picture("fine.png"), "-o", folder.resolve("out.png"))).isZero();

        assertThat(same).doesNotExist();
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        assertThat(used).exists();
        assertThat(other).exists();
    }

    private Path partial(long pid, String name) {
        return folder.resolve(".partial-" + pid + "-" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.avi", "out.mov", "out.gif", "out.png"})
    void interpolateRefusesAFormatItDoesNotWriteAtOnce(String name) throws Exception {
        Path output = folder.resolve(name);

        int code = run("interpolate", picture("a.png"), picture("b.png"), "-o", output);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("cannot write " + output)
                .contains("ends in .mp4 or .webm, or a folder");
        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"out.avi", "out.mov", "out.png"})
    void restoreRefusesAFormatItDoesNotWriteAtOnce(String name) throws Exception {
        Path output = folder.resolve(name);

        int code = restore(clip("in.mp4"), "-o", output);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("becomes a file that ends with .mp4 or .webm, found " + output);
        assertThat(output).doesNotExist();
    }

    @Test
    void aFolderIsNoPicture() throws Exception {
        assertThat(run("interpolate", folder, picture("b.png"), "-o", folder.resolve("x.mp4")))
                .isEqualTo(2);
        assertThat(err.toString()).contains(folder + " is a folder; expected an image or a video");
    }

    @Test
    void errorsAreJsonWhereJsonIsAskedFor() throws Exception {
        Path none = Files.createDirectory(folder.resolve("none"));
        Path picture = picture("a.png");

        assertThat(run("restore", picture, "--json", "--models", none)).isEqualTo(3);
        assertThat(run("restore", picture, "--json", "--stepps", 1)).isEqualTo(2);
        assertThat(run("interpolate", "none.png", "b.png", "-o", "x.mp4", "--json")).isEqualTo(2);

        for (String line : out.toString().lines().toList()) {
            JsonNode error = Wire.json().readTree(line).path("error");
            assertThat(error.path("code").textValue()).isIn("job_failed", "usage");
            assertThat(error.path("message").textValue()).isNotBlank();
        }
        assertThat(out.toString().lines()).hasSize(3);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void severalFilesGiveOneArrayAndAReport() throws Exception {
        byte[] whole = Files.readAllBytes(picture("b.png"));
        Path cut = Files.write(folder.resolve("c.png"), Arrays.copyOf(whole, whole.length - 20));
        Path report = folder.resolve("report.json");
        Path there = picture("a_restored.png");
        String pattern = folder.resolve("[a-c].png").toString();
        picture("a.png");

        assertThat(restore(pattern, "--json", "--skip-existing", "--report", report)).isEqualTo(7);

        assertThat(out.toString().lines()).hasSize(1);
        JsonNode results = Wire.json().readTree(out.toString());
        assertThat(results).isEqualTo(Wire.json().readTree(report.toFile())).hasSize(3);
        assertThat(results.at("/0/skipped").asBoolean()).isTrue();
        assertThat(results.at("/0/output").asText()).isEqualTo(there.toString());
        assertThat(results.at("/1/metadata/frames").asInt()).isOne();
        assertThat(results.at("/2/input").asText()).isEqualTo(cut.toString());
        assertThat(results.at("/2/error/code").asText()).isEqualTo("refused");
        assertThat(restore(folder.resolve("z*.png"))).isEqualTo(2);
    }
}
