package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HEIC and AVIF, with references that libheif and libavif decoded. */
class HeifDecoderTest {

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({"grid.heic, grid.png", "plain.avif, plain.png"})
    void aPictureIsDecodedWhole(String name, String reference) {
        RgbFrame frame = TestMedia.picture(name);
        RgbFrame expected = TestMedia.picture(reference);
        assertThat(TestMedia.meanDifference(frame, expected))
                .as("the references repeat chroma at edges, which we interpolate")
                .isLessThan(2);
        for (int y = 24; y < frame.height(); y += 48) {
            for (int x = 24; x < frame.width(); x += 48) {
                assertThat(near(TestMedia.rgb(frame, x, y), TestMedia.rgb(expected, x, y)))
                        .as("at %d, %d", x, y)
                        .isTrue();
            }
        }
    }

    private static boolean near(int a, int b) {
        return Math.abs((a >> 16) - (b >> 16)) < 4
                && Math.abs((a >> 8 & 255) - (b >> 8 & 255)) < 4
                && Math.abs((a & 255) - (b & 255)) < 4;
    }

    @Test
    void aGridIsCutToItsSize() {
        byte[] bytes = TestMedia.bytes("grid.heic");
        replaceSizes(bytes, 384, 256, 300, 200);
        RgbFrame cut = decoder.decode(ByteBuffer.wrap(bytes));
        RgbFrame whole = TestMedia.picture("grid.heic");
        assertThat(cut.width()).isEqualTo(300);
        assertThat(cut.height()).isEqualTo(200);
        for (int[] place : new int[][] {{0, 0}, {290, 10}, {150, 190}, {290, 190}}) {
            assertThat(TestMedia.rgb(cut, place[0], place[1]))
                    .isEqualTo(TestMedia.rgb(whole, place[0], place[1]));
        }
    }

    /** As 32 and as 16 bit numbers. */
    private static void replaceSizes(byte[] bytes, int width, int height, int newW, int newH) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i + 8 <= bytes.length; i++) {
            if (buffer.getInt(i) == width && buffer.getInt(i + 4) == height) {
                buffer.putInt(i, newW).putInt(i + 4, newH);
            } else if (buffer.getShort(i) == width && buffer.getShort(i + 2) == height) {
                buffer.putShort(i, (short) newW).putShort(i + 2, (short) newH);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, rgbw", "2, grwb", "3, wbgr", "4, bwrg", "5, rbgw", "6, brwg", "7, wgbr", "8, gwrb"
    })
    void rotationAndMirrorPutTheCornersInPlace(int orientation, String corners) {
        RgbFrame frame = TestMedia.picture("orientation-" + orientation + ".avif");
        assertThat(frame.width()).isEqualTo(orientation < 5 ? 64 : 128);
        int right = frame.width() - 8;
        int bottom = frame.height() - 8;
        assertThat(
                        colour(frame, 8, 8)
                                + colour(frame, right, 8)
                                + colour(frame, 8, bottom)
                                + colour(frame, right, bottom))
                .isEqualTo(corners);
    }

    private static String colour(RgbFrame frame, int x, int y) {
        int rgb = TestMedia.rgb(frame, x, y);
        boolean red = (rgb >> 16) > 128;
        boolean blue = (rgb & 0xff) > 128;
        return red ? (blue ? "w" : "r") : (blue ? "b" : "g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha.avif", "alpha.heic"})
    void alphaStandsBesideTheColours(String name) throws IOException {
        DecodedImage image =
                decoder.decodeWithAlpha(new ByteArrayInputStream(TestMedia.bytes(name)));
        assertThat(TestMedia.meanDifference(image.colours(), TestMedia.picture("chelsea.png")))
                .isLessThan(9);
        AlphaPlane alpha = image.alpha().orElseThrow();
        for (int x = 0; x < 96; x++) {
            assertThat(alpha.samples().get(40 * 96 + x) & 0xff).isBetween(2 * x - 9, 2 * x + 9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grid.heic", "plain.avif", "alpha.heic", "alpha.avif"})
    void onesThatAreCutOffAreRefused(String name) {
        byte[] bytes = TestMedia.bytes(name);
        for (int length = 12; length < bytes.length - 1; length += 7) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> decoder.decodeWithAlpha(new ByteArrayInputStream(cut.array())))
                    .as("%s, %d bytes", name, length)
                    .isInstanceOf(MediaRejected.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.avif", "grid.heic"})
    void bytesBehindAreIgnored(String name) {
        byte[] bytes = TestMedia.bytes(name);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1000);
        assertThat(
                        TestMedia.worstDifference(
                                decoder.decode(ByteBuffer.wrap(longer)), TestMedia.picture(name)))
                .isZero();
    }

    @Test
    void otherCodecsAreNamed() {
        byte[] bytes = TestMedia.bytes("plain.avif");
        int type = VideoReaderTest.indexOf(bytes, "av01", VideoReaderTest.indexOf(bytes, "infe"));
        bytes[type] = 'v';
        bytes[type + 1] = 'v';
        bytes[type + 2] = 'c';
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes)))
                .hasMessage(
                        "damaged AVIF of 64x48 pixels: pictures coded as vvc1, expected HEVC or"
                                + " AV1");
    }

    @Test
    void sizesBeyondTheLimitsAreRefusedFromTheHeader() {
        ImageDecoder strict = new ImageDecoder(new ImageLimits(3000, 4000, 1));
        for (String name : List.of("grid.heic", "plain.avif")) {
            assertThatThrownBy(() -> strict.decode(ByteBuffer.wrap(TestMedia.bytes(name))))
                    .hasMessageContaining("exceed the limit");
        }
    }
}
