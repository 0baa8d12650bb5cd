package io.heritage.standalone.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.DecodedImage;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of users from end to end: through {@code restore}, and {@code interpolate --times}. */
class MediaCommandsTest {
    private static final Path MEDIA = Path.of("../media/src/test/resources/io/heritage/media");
    private static final Path DEEP =
            Path.of("../gpu-processor/src/test/resources/io/heritage/processor/interpolate");

    @TempDir static Path models;
    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void installTinyModel() {
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);
    }

    /** Either command, with what it says in {@link #out}. */
    private void make(boolean restore, Path in, Path result, String... more) {
        List<String> line =
                new ArrayList<>(
                        restore
                                ? List.of("restore", "--size", "32x32", "--models", "" + models)
                                : List.of("interpolate", "--times", "2"));
        line.addAll(List.of(in.toString(), "-o", result.toString(), "--json"));
        line.addAll(List.of(more));
        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(line.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"grid.heic, false", "plain.avif, false", "alpha.heic, true", "alpha.avif, true"})
    void aPhonesPictureIsRestoredAsAPictureWithItsAlpha(String name, boolean alpha)
            throws IOException {
        Path result = folder.resolve("out.png");

        make(true, MEDIA.resolve(name), result);

        assertThat(out.toString()).contains("\"format\":\"png\"").contains("\"frames\":1");
        try (InputStream png = Files.newInputStream(result);
                DecodedImage image = new ImageDecoder(ImageLimits.DEFAULT).decodeWithAlpha(png)) {
            assertThat(image.alpha().isPresent()).isEqualTo(alpha);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, mp4", "true, webm", "false, mp4"})
    void soundKeepsItsLanguages(boolean restore, String format) {
        Path result = folder.resolve("out." + format);

        make(restore, MEDIA.resolve("languages.mkv"), result);

        assertThat(languages(result, avutil.AVMEDIA_TYPE_AUDIO)).containsExactly("eng", "fra");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void subtitlesAndChaptersStayAndWhatIsDroppedIsNamed(boolean restore) {
        Path result = folder.resolve("out.mp4");

        make(restore, MEDIA.resolve("subtitles.mkv"), result);

        assertThat(languages(result, avutil.AVMEDIA_TYPE_SUBTITLE)).hasSize(1);
        try (AVFormatContext file = open(result)) {
            assertThat(file.nb_chapters()).isEqualTo(2);
            avformat.avformat_close_input(file);
        }
        assertThat(out.toString()).contains("\"dropped\":[\"attachment (t08.ttf)\"]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void combsAreRemovedUnlessTheUserSaysOff(boolean restore) {
        Path in = MEDIA.resolve("interlaced.mp4");

        make(restore, in, folder.resolve("auto.mp4"));
        assertThat(out.toString()).contains("\"deinterlaced\":true");
        out.getBuffer().setLength(0);
        make(restore, in, folder.resolve("off.mp4"), "--deinterlace", "off");
        assertThat(out.toString()).doesNotContain("\"deinterlaced\":true");
    }

    /** What each command does without being told: docs/media.md. */
    @ParameterizedTest
    @CsvSource({"true, 8", "false, 10"})
    void tenBitsStayOrBecomeEightAsTheUserSays(boolean restore, int usual) throws IOException {
        Path in = DEEP.resolve("hdr10.mp4");

        make(restore, in, folder.resolve("ten.mp4"), "--bit-depth", "10");
        make(restore, in, folder.resolve("eight.mp4"), "--bit-depth", "8");
        make(restore, in, folder.resolve("usual.mp4"));

        assertThat(depth("ten.mp4")).isEqualTo(10);
        assertThat(depth("eight.mp4")).isEqualTo(8);
        assertThat(depth("usual.mp4")).isEqualTo(usual);
    }

    @ParameterizedTest
    @CsvSource({
        "joined-back.ts, true, true",
        "joined-back.ts, false, true",
        "joined-broken.ts, true, true",
        "starts-below-zero.ts, true, false",
        "starts-below-zero.ts, false, false"
    })
    void oddClocksLoseNoFrame(String name, boolean restore, boolean repaired) throws IOException {
        Path result = folder.resolve("out.mp4");

        make(restore, MEDIA.resolve(name), result);

        assertThat(out.toString().contains("\"timeline_repaired\":true")).isEqualTo(repaired);
        assertThat(frames(result)).isEqualTo((restore ? 1 : 2) * frames(MEDIA.resolve(name)));
    }

    /** The alpha of the first is 0 at the left and grows to the right. */
    @Test
    void phonesPicturesAreInterpolatedOnBlack() throws IOException {
        Path result = folder.resolve("frames");

        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "interpolate",
                                MEDIA.resolve("alpha.avif").toString(),
                                MEDIA.resolve("grid.heic").toString(),
                                "-o",
                                result.toString(),
                                "--frames",
                                "2",
                                "--resolution",
                                "480");

        assertThat(code).as(err.toString()).isZero();
        try (InputStream png = Files.newInputStream(result.resolve("0000.png"));
                RgbFrame first = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(brightness(first, 0)).isLessThan(10);
            assertThat(brightness(first, first.width() * 3 / 4)).isGreaterThan(40);
        }
    }

    /** Mean of a column, 0 to 255. */
    private static double brightness(RgbFrame frame, int column) {
        long sum = 0;
        for (int y = 0; y < frame.height(); y++) {
            for (int channel = 0; channel < 3; channel++) {
                sum += frame.pixels().get((y * frame.width() + column) * 3 + channel) & 0xff;
            }
        }
        return sum / 3.0 / frame.height();
    }

    private int depth(String name) {
        return VideoProbe.of(folder.resolve(name), ImageLimits.DEFAULT).bitDepth();
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

    private static AVFormatContext open(Path file) {
        var context = new AVFormatContext(null);
        assertThat(avformat.avformat_open_input(context, file.toString(), null, null)).isZero();
        assertThat(avformat.avformat_find_stream_info(context, (AVDictionary) null))
                .isNotNegative();
        return context;
    }

    /** The language of each track of that type. */
    private static List<String> languages(Path file, int type) {
        List<String> languages = new ArrayList<>();
        try (AVFormatContext context = open(file)) {
            for (int i = 0; i < context.nb_streams(); i++) {
                AVStream stream = context.streams(i);
                if (stream.codecpar().codec_type() == type) {
                    AVDictionaryEntry entry =
                            avutil.av_dict_get(stream.metadata(), "language", null, 0);
                    languages.add(entry == null ? "" : entry.value().getString(UTF_8));
                }
            }
            avformat.avformat_close_input(context);
        }
        return languages;
    }
}
