package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heritage.media.ImageLimits;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.processor.restore.TinyRestoring;
import io.heritage.schemas.Payload;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media in and out of restore jobs. */
class RestoreMediaTest extends RestoreMediaFixture {
    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void aVideoOfTenBitsComesBackSo(String format) throws Exception {
        byte[] deep = deepVideo();
        Path eight = restoring.saved(restoring.completed(with("\"crf\":4"), deep), "eight.mp4");

        Payload output =
                restoring.completed(
                        with("\"format\":\"%s\",\"bit_depth\":10,\"crf\":4".formatted(format)),
                        deep);

        assertThat(output.body().path("processing_info").toString())
                .contains(
                        "\"format\":\"%s\",\"crf\":4,\"bit_depth\":10,\"encoder\":\"%s\""
                                .formatted(
                                        format, format.equals("mp4") ? "libx264" : "libaom-av1"));
        assertThat(output.mediaAt(output.body().path("media").get(0)).mediaType())
                .isEqualTo("video/" + format);
        Path file = restoring.saved(output, "ten." + format);
        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).bitDepth()).isEqualTo(10);
        assertThat(TinyRestoring.millisecondsOfFrames(file))
                .containsExactly(0L, 40L, 100L, 101L, 200L);
        assertThat(meanDifference(file, eight)).as("levels of 8 bit").isLessThan(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6})
    void oddVideosOfFewFramesKeepTheirFrames(int frames) throws Exception {
        Payload output = restoring.completed(SMALL, restoring.video(37, 51, frames));
        assertThat(output.body().at("/processing_info/frames").asInt()).isEqualTo(frames);
        assertThat(output.body().path("media_type").asText()).isEqualTo("video");
    }

    static Stream<Arguments> pictures() throws Exception {
        BufferedImage grey = new BufferedImage(37, 51, BufferedImage.TYPE_USHORT_GRAY);
        BufferedImage rgb = new BufferedImage(37, 51, BufferedImage.TYPE_3BYTE_BGR);
        return Stream.of(
                arguments("16 bit PNG", encoded(grey, "png")),
                arguments("BMP", encoded(rgb, "bmp")),
                arguments("TIFF", encoded(rgb, "tiff")),
                arguments("JPEG", encoded(rgb, "jpeg")),
                arguments("GIF", encoded(rgb, "gif")),
                arguments("CMYK JPEG", Installation.resource("chelsea-cmyk.jpg")),
                arguments("WebP", Installation.resource("chelsea-lossy.webp")),
                arguments("HEIC of several tiles", ofMediaTests("grid.heic")),
                arguments("AVIF", ofMediaTests("plain.avif")));
    }

    private static byte[] ofMediaTests(String name) throws IOException {
        return Files.readAllBytes(
                Path.of("../media/src/test/resources/io/heritage/media").resolve(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void pictures(String name, byte[] picture) throws Exception {
        Payload output = restoring.completed(SMALL, picture);
        assertThat(output.body().path("media_type").asText()).isEqualTo("image");
        assertThat(ImageIO.read(restoring.saved(output, "picture.png").toFile())).isNotNull();
    }

    @Test
    void aPhotographIsTurnedAsItsExifSays() throws Exception {
        byte[] jpeg = encoded(new BufferedImage(96, 48, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
        Payload output = restoring.completed(SMALL, withExifOrientation(jpeg, 6));
        assertThat(output.body().at("/processing_info/height").asInt())
                .isGreaterThan(output.body().at("/processing_info/width").asInt());
    }

    @Test
    void anAnimatedGifIsAVideoUnlessAnImageIsAskedFor() throws Exception {
        byte[] gif = animatedGif(3);
        Payload video = restoring.completed(SMALL, gif);
        assertThat(video.body().path("media_type").asText()).isEqualTo("video");
        assertThat(TinyRestoring.millisecondsOfFrames(restoring.saved(video, "gif.mp4")))
                .containsExactly(0L, 100L, 200L);
        Payload first = restoring.completed(with("\"media_type\":\"image\""), gif);
        assertThat(first.body().path("media_type").asText()).isEqualTo("image");
    }

    /** APP1 behind the start of the file: a TIFF header and a directory of one tag. */
    private static byte[] withExifOrientation(byte[] jpeg, int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(jpeg.length + 36);
        exif.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) 34);
        exif.put(ascii("Exif")).putShort((short) 0).put(ascii("MM")).putShort((short) 42).putInt(8);
        exif.putShort((short) 1).putShort((short) 274).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0).putInt(0);
        return exif.put(jpeg, 2, jpeg.length - 2).array();
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
}
