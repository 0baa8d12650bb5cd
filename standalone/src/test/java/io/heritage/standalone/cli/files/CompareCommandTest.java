package io.heritage.standalone.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    @TempDir Path folder;

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        return HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return Wire.json().readTree(out.toString());
    }

    private static RgbFrame grey(int width, int height, int value) {
        RgbFrame frame = RgbFrame.allocate(width, height);
        ByteBuffer pixels = frame.pixels();
        while (pixels.hasRemaining()) {
            pixels.put((byte) value);
        }
        return frame;
    }

    private Path picture(String name, int width, int height, int value) throws IOException {
        Path file = folder.resolve(name);
        try (RgbFrame frame = grey(width, height, value);
                var encoder = new PngEncoder();
                OutputStream png = Files.newOutputStream(file)) {
            encoder.encode(frame, png);
        }
        return file;
    }

    private Path clip(String name, int... values) throws IOException {
        return clip(name, 25, values);
    }

    private Path clip(String name, int fps, int[] values) throws IOException {
        Path file = folder.resolve(name);
        var encoding = VideoEncoding.of(new FrameSize(64, 32), new Rational(fps, 1)).withCrf(1);
        try (VideoWriter writer = VideoWriter.open(file, encoding, null)) {
            for (int i = 0; i < values.length; i++) {
                try (RgbFrame frame = grey(64, 32, values[i])) {
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
        return file;
    }

    @Test
    void twoPicturesHaveAPsnrAndAPictureOfBothHalves() throws Exception {
        Path one = picture("a.png", 64, 32, 100);
        Path other = picture("b.png", 32, 16, 110);
        Path both = folder.resolve("both.png");

        assertThat(run("compare", one, other, "-o", both, "--json")).as("" + err).isZero();

        // 20 log10(255 / 10)
        assertThat(json().path("psnr").asDouble()).isEqualTo(28.13, within(0.01));
        assertThat(json().path("ssim").asDouble()).isBetween(0.99, 0.999);
        try (InputStream png = Files.newInputStream(both);
                RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(frame.width()).isEqualTo(64);
            assertThat(frame.pixels().get(0)).isEqualTo((byte) 100);
            assertThat(frame.pixels().get(3 * 32)).isEqualTo((byte) 255);
            assertThat(frame.pixels().get(3 * 63)).isEqualTo((byte) 110);
        }
        assertThat(run("compare", one, one)).isZero();
        assertThat(out.toString()).startsWith("PSNR infinite, SSIM 1.0000, 1 frames, 64x32");
    }

    @Test
    void aFrameOfAVideoIsTheOneThatWasAskedFor() throws Exception {
        Path one = clip("a.mp4", 40, 80, 120, 160);
        Path other = clip("b.mp4", 40, 80, 200, 160);

        assertThat(run("compare", one, other, "--frame", 1, "--json")).as("" + err).isZero();
        assertThat(json().path("ssim").asDouble()).isGreaterThan(0.999);
        assertThat(run("compare", one, other, "--frame", 2, "--json")).isZero();
        assertThat(json().path("psnr").asDouble()).isBetween(9.5, 10.6);
        assertThat(run("compare", one, other, "--frame", 4)).isEqualTo(7);
        assertThat(err.toString()).contains("has 4 frames, 0 to 3");
    }

    @Test
    void twoVideosMakeOneThatShowsBothAndTheWorstFrameIsNamed() throws Exception {
        Path one = clip("a.mp4", 40, 80, 120, 160);
        Path other = clip("b.mp4", 40, 80, 200);
        Path both = folder.resolve("both.mp4");

        int code =
                run("compare", one, other, "--mode=side", "-o", both, "--json", "--progress=none");

        assertThat(code).as(err.toString()).isZero();
        assertThat(json().path("frames").asInt()).isEqualTo(3);
        assertThat(json().path("worst_frame").asInt()).isEqualTo(2);
        VideoProbe probe = VideoProbe.of(both, ImageLimits.DEFAULT);
        assertThat(probe.uprightSize()).isEqualTo(new FrameSize(128, 32));
        assertThat(run("compare", one, other, "-o", folder.resolve("x.png"))).isEqualTo(2);
        assertThat(run("compare", one, other, "-o", one)).isEqualTo(2);
        assertThat(run("compare", one, folder.resolve("none"))).isEqualTo(2);
    }

    private String differences(Object... arguments) throws Exception {
        List<Object> line = new ArrayList<>(List.of("compare", "--json", "--progress=none"));
        line.addAll(List.of(arguments));
        assertThat(run(line.toArray())).as("" + err).isZero();
        assertThat(json().path("equal").asBoolean())
                .isEqualTo(json().path("differences").isEmpty());
        return json().path("differences").toString();
    }

    @Test
    void videosAreEqualOnlyIfEveryFrameIsAndThereAreAsMany() throws Exception {
        Path one = clip("a.mp4", 40, 80, 120, 160);
        Files.copy(one, folder.resolve("copy.mp4"));

        assertThat(differences(one, folder.resolve("copy.mp4"))).isEqualTo("[]");
        assertThat(differences(one, clip("first.mp4", 40, 80, 120, 200)))
                .contains("1 of 4 frames differ");
        assertThat(json().path("psnr").isNumber()).as("though most are equal").isTrue();
        assertThat(differences(one, clip("short.mp4", 40, 80, 120)))
                .contains("B ends after 3 frames and A is longer");
        assertThat(differences(clip("short.mp4", 40, 80, 120), one))
                .contains("A ends after 3 frames and B is longer");
        assertThat(differences(one, clip("fast.mp4", 50, new int[] {40, 80, 120, 160})))
                .contains("frame 1 is at 0.040 s in A and 0.020 s in B");
    }

    @Test
    void picturesOfAnotherSizeOrTransparencyAreNotEqual() throws Exception {
        Path one = picture("a.png", 64, 32, 100);

        assertThat(differences(one, picture("small.png", 32, 16, 100)))
                .contains("A is 64x32 and B 32x16");
        assertThat(differences(one, clip("a.mp4", 100, 100))).contains("A ends after 1 frames");
        assertThat(differences(clip("a.mp4", 40, 80), clip("b.mp4", 40, 80, 90), "--frame", 1))
                .isEqualTo("[]");
        Path media = Path.of("../media/src/test/resources/io/heritage/media");
        Path flat = folder.resolve("flat.png");
        try (InputStream in = Files.newInputStream(media.resolve("alpha.avif"));
                RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decodeOnBlack(in);
                var encoder = new PngEncoder();
                OutputStream png = Files.newOutputStream(flat)) {
            encoder.encode(frame, png);
        }
        assertThat(differences(flat, media.resolve("alpha.avif")))
                .isEqualTo("[\"the transparency differs\"]");
    }
}
