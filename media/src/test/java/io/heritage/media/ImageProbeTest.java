package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageProbeTest {

    @ParameterizedTest
    @CsvSource({"png,PNG", "jpg,JPEG", "bmp,BMP", "gif,GIF", "tiff,TIFF"})
    void formatAndSizeAreInTheHeader(String name, ImageFormat format) throws IOException {
        byte[] bytes =
                TestMedia.encode(new BufferedImage(37, 21, BufferedImage.TYPE_3BYTE_BGR), name);
        assertThat(ImageProbe.of(ByteBuffer.wrap(bytes)))
                .isEqualTo(
                        new ImageProbe.Readable(
                                new ImageHeader(format, 37, 21, Orientation.UPRIGHT)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chelsea-lossy.webp", "chelsea-lossless.webp"})
    void bothKindsOfWebpAreMeasured(String name) {
        assertThat(ImageProbe.of(ByteBuffer.wrap(TestMedia.bytes(name))))
                .isEqualTo(
                        new ImageProbe.Readable(
                                new ImageHeader(ImageFormat.WEBP, 96, 64, Orientation.UPRIGHT)));
    }

    @Test
    void webpTellsItsExifOrientation() {
        ImageHeader header =
                ImageProbe.require(
                        ByteBuffer.wrap(TestMedia.bytes("chelsea-rgba.webp")), ImageLimits.DEFAULT);
        assertThat(header.orientation()).isEqualTo(Orientation.QUARTER_TURN_CLOCKWISE);
        assertThat(header.uprightWidth()).isEqualTo(64);
    }

    @Test
    void aHugePictureIsRefusedFromItsFirst33Bytes() {
        assertThatThrownBy(() -> ImageProbe.require(pngHeader(30_000, 30_000), ImageLimits.DEFAULT))
                .isInstanceOf(MediaRejected.class)
                .hasMessage(
                        "30000x30000 pixels (900 megapixels) exceed the limit of 100 megapixels");
    }

    @Test
    void theCallerPutsTheInputsNameInFront() {
        MediaRejected rejected = new MediaRejected("1x1 pixels are too small");
        assertThat(rejected.of("end_image_base64"))
                .hasMessage("end_image_base64: 1x1 pixels are too small");
    }

    @Test
    void onePixelIsBelowTheCallersMinimum() {
        assertThatThrownBy(() ->
                        ImageProbe.require(
                                pngHeader(1, 1), new ImageLimits(100_000_000, 16_384, 16)))
                .hasMessage("1x1 pixels are too small, each side must have at least 16");
    }

    @Test
    void aStripBeyondTheLongestSideIsRefused() {
        assertThatThrownBy(() ->
                        ImageProbe.require(
                                pngHeader(20_000, 20), new ImageLimits(100_000_000, 16_384, 16)))
                .hasMessage("20000x20 pixels exceed the limit of 16384 pixels a side");
    }

    @Test
    void aNegativeSizeIsDamage() {
        assertThat(ImageProbe.of(pngHeader(-5, 10))).isInstanceOf(ImageProbe.Damaged.class);
    }

    @Test
    void aHeaderThatGoesOnIsNotARefusalYet() throws IOException {
        byte[] jpeg =
                withExif(
                        TestMedia.encode(
                                new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR), "jpg"),
                        6);
        assertThat(ImageProbe.of(ByteBuffer.wrap(jpeg, 0, 30)))
                .isEqualTo(new ImageProbe.HeaderCutOff(ImageFormat.JPEG, 30));
        assertThatThrownBy(
                        () -> ImageProbe.require(ByteBuffer.wrap(jpeg, 0, 30), ImageLimits.DEFAULT))
                .hasMessage("JPEG ends after 30 bytes, within its header");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|empty",
                "hello, this is a letter|text",
                "{\"a\":1}|text",
                "%PDF-1.7|a PDF",
                "<!DOCTYPE html><html>|an HTML page",
                "iVBORw0KGgoAAAANSUhEUg|text, base64 of a picture (encoded twice?)",
                "<svg xmlns='x'>|an SVG drawing"
            })
    void whatIsNoPictureIsNamed(String content, String kind) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ImageProbe.require(ByteBuffer.wrap(bytes), ImageLimits.DEFAULT))
                .hasMessage(
                        "not an image but "
                                + kind
                                + "; expected PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF");
    }

    @Test
    void aVideoIsNamedAsOne() {
        assertThat(ImageProbe.of(ByteBuffer.wrap(TestMedia.bytes(TestMedia.BUNNY))))
                .isEqualTo(new ImageProbe.NotAnImage("an MP4 video"));
    }

    @Test
    void noPrefixOfAnyPictureMakesTheProbeFail() {
        for (String name :
                new String[] {
                    "rocket.jpg", "chelsea.png", "chelsea-rgba.webp", "chelsea-cmyk.jpg"
                }) {
            byte[] bytes = TestMedia.bytes(name);
            for (int length = 0; length < Math.min(bytes.length, 3000); length++) {
                assertThat(ImageProbe.of(ByteBuffer.wrap(Arrays.copyOf(bytes, length))))
                        .isNotNull();
            }
        }
    }

    static ByteBuffer pngHeader(int width, int height) {
        return ByteBuffer.allocate(33)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .putInt(13)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0, 0, 0, 0, 0})
                .flip();
    }

    /** The JPEG with an EXIF segment behind its first marker. */
    static byte[] withExif(byte[] jpeg, int orientation) {
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'I',
            'I',
            42,
            0,
            8,
            0,
            0,
            0,
            1,
            0,
            0x12,
            1,
            3,
            0,
            1,
            0,
            0,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(exif, 0, exif.length);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }
}
