package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that are cut off, have trailing bytes, or are none. */
class DamagedPicturesTest {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {"rocket.jpg", "chelsea.png", "chelsea-lossless.webp", "chelsea-lossy.webp"})
    void aPictureCutOffAnywhereIsRefused(String name) {
        byte[] bytes = TestMedia.bytes(name);
        int step = Math.max(1, bytes.length / 37);
        for (int length = 0; length < bytes.length - 16; length += step) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> decoder.decode(cut))
                    .as("%s, %d bytes", name, length)
                    .isInstanceOf(MediaRejected.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"tiff,5", "bmp,5", "gif,13"})
    void oldFormatsCutOffAnywhereAreRefusedToo(String format, int type) throws IOException {
        byte[] bytes =
                TestMedia.encode(TestMedia.toImageIo(TestMedia.drawn(61, 43, 1), type), format);
        for (int length = 0; length < bytes.length - 16; length += bytes.length / 37) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> decoder.decode(cut))
                    .as("%s, %d bytes", format, length)
                    .isInstanceOf(MediaRejected.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rocket.jpg",
        "chelsea-cmyk.jpg",
        "chelsea.png",
        "chelsea-lossy.webp",
        "chelsea-lossless.webp",
        "chelsea-rgba.webp"
    })
    void whatStandsBehindAPictureIsIgnored(String name) {
        byte[] bytes = TestMedia.bytes(name);
        assertTrailersIgnored(name, bytes);
    }

    @ParameterizedTest
    @CsvSource({"tiff,5", "bmp,5", "gif,13"})
    void whatStandsBehindAnOldFormatIsIgnoredToo(String format, int type) throws IOException {
        assertTrailersIgnored(
                format,
                TestMedia.encode(TestMedia.toImageIo(TestMedia.drawn(61, 43, 1), type), format));
    }

    private void assertTrailersIgnored(String name, byte[] picture) {
        RgbFrame expected = decoder.decode(ByteBuffer.wrap(picture));
        for (byte[] trailer :
                List.of(
                        TestMedia.bytes(TestMedia.BUNNY), // a motion photo
                        picture,
                        TestMedia.bytes("chelsea.png"),
                        HexFormat.of().parseHex("ffda"),
                        HexFormat.of().parseHex("ffc000ffffff"),
                        new byte[1])) {
            byte[] both = Arrays.copyOf(picture, picture.length + trailer.length);
            System.arraycopy(trailer, 0, both, picture.length, trailer.length);
            assertThat(TestMedia.worstDifference(decoder.decode(ByteBuffer.wrap(both)), expected))
                    .as("%s with %d bytes behind it", name, trailer.length)
                    .isZero();
        }
    }

    @Test
    void picturesFromTheFieldWithTrailersAreDecoded() {
        assertThat(TestMedia.picture("trailer-ffda.jpg").width()).isEqualTo(64);
        assertThat(TestMedia.picture("trailing.png").width()).isEqualTo(64);
    }

    @Test
    void aThumbnailsEndIsNotThePicturesEnd() {
        byte[] picture = TestMedia.bytes("rocket.jpg");
        byte[] thumbnail = TestMedia.bytes("chelsea-cmyk.jpg");
        ByteBuffer bytes = ByteBuffer.allocate(picture.length + 4 + thumbnail.length);
        bytes.put(picture, 0, 2).putShort((short) 0xffe2).putShort((short) (2 + thumbnail.length));
        bytes.put(thumbnail).put(picture, 2, picture.length - 2).flip();
        assertThat(
                        TestMedia.worstDifference(
                                decoder.decode(bytes), TestMedia.picture("rocket.jpg")))
                .isZero();
        assertThatThrownBy(() -> decoder.decode(bytes.slice(0, bytes.limit() / 2)))
                .hasMessageContaining("within its pixels");
    }

    @Test
    void theMessageSaysWhereAPictureEnds() {
        byte[] bytes = TestMedia.bytes("rocket.jpg");
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes, 0, 60_000)))
                .hasMessage("JPEG ends after 60000 bytes, within its pixels (no end marker)");
    }

    @Test
    void aDamagedPngIsRefusedWithFfmpegsWords() {
        byte[] bytes = TestMedia.bytes("chelsea.png");
        bytes[bytes.length / 2] ^= 0x55;
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes)))
                .isInstanceOf(MediaRejected.class)
                .hasMessageStartingWith("damaged PNG of 96x64 pixels");
    }

    @Test
    void anEndlessStreamWithAHugeHeaderIsLeftAfterItsFirstBytes() {
        byte[] header = new byte[33];
        ImageProbeTest.pngHeader(30_000, 30_000).get(header);
        CountingStream endless = new CountingStream(header);
        assertThatThrownBy(() -> decoder.decode(endless)).hasMessageContaining("900 megapixels");
        assertThat(endless.given).isLessThan(1 << 18);
    }

    /** A header and then zeros without end. */
    private static final class CountingStream extends InputStream {
        private final byte[] header;
        private long given;

        CountingStream(byte[] header) {
            this.header = header;
        }

        @Override
        public int read() {
            return given < header.length ? header[(int) given++] & 0xff : 0;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            Arrays.fill(target, offset, offset + length, (byte) 0);
            if (given == 0) {
                System.arraycopy(header, 0, target, offset, header.length);
            }
            given += length;
            return length;
        }
    }
}
