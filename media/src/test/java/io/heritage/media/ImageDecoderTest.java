package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        "png,5", // TYPE_3BYTE_BGR
        "png,6", // TYPE_4BYTE_ABGR
        "png,10", // TYPE_BYTE_GRAY
        "png,12", // TYPE_BYTE_BINARY
        "png,13", // TYPE_BYTE_INDEXED
        "bmp,5", "bmp,9", // TYPE_USHORT_555_RGB
        "tiff,5", "tiff,10", "gif,13"
    })
    void losslessPicturesAreDecodedAsImageIoDoes(String format, int type) throws IOException {
        byte[] encoded =
                TestMedia.encode(TestMedia.toImageIo(TestMedia.drawn(61, 43, 1), type), format);
        RgbFrame expected =
                type == BufferedImage.TYPE_BYTE_GRAY
                        ? greyWithoutGamma(encoded)
                        : TestMedia.withImageIo(encoded);
        assertThat(TestMedia.worstDifference(decoder.decode(ByteBuffer.wrap(encoded)), expected))
                .isLessThanOrEqualTo(
                        type == BufferedImage.TYPE_USHORT_555_RGB || format.equals("tiff") ? 4 : 0);
    }

    /** Java converts its linear grey to sRGB in getRGB; the sample itself is what counts. */
    private static RgbFrame greyWithoutGamma(byte[] encoded) throws IOException {
        Raster raster = javax.imageio.ImageIO.read(new ByteArrayInputStream(encoded)).getRaster();
        RgbFrame frame = RgbFrame.allocate(raster.getWidth(), raster.getHeight());
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++) {
                byte grey = (byte) raster.getSample(x, y, 0);
                pixels.put(grey).put(grey).put(grey);
            }
        }
        return frame;
    }

    @Test
    void sixteenBitSamplesAreRoundedNotCut() throws IOException {
        ComponentColorModel deep =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        false,
                        false,
                        Transparency.OPAQUE,
                        DataBuffer.TYPE_USHORT);
        WritableRaster raster = deep.createCompatibleWritableRaster(4, 1);
        int[] samples = {0, 128, 129, 384, 385, 386, 641, 642, 643, 65_535, 65_406, 65_407};
        raster.setPixels(0, 0, 4, 1, samples);
        byte[] png = TestMedia.encode(new BufferedImage(deep, raster, false, null), "png");
        ByteBuffer pixels = decoder.decode(ByteBuffer.wrap(png)).pixels();
        for (int i = 0; i < samples.length; i++) {
            assertThat(pixels.get(i) & 0xff)
                    .as("sample %d", samples[i])
                    .isEqualTo((int) Math.rint(samples[i] / 257.0));
        }
    }

    @Test
    void alphaIsDroppedNotBlended() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_4BYTE_ABGR);
        image.setRGB(1, 1, 0x40c08020);
        RgbFrame frame = decoder.decode(ByteBuffer.wrap(TestMedia.encode(image, "png")));
        assertThat(TestMedia.rgb(frame, 1, 1)).isEqualTo(0xc08020);
    }

    /** 4BYTE_ABGR and BYTE_INDEXED; whether alpha has but two values. */
    @ParameterizedTest
    @CsvSource({"png,6,false", "tiff,6,false", "png,13,true", "gif,13,true"})
    void alphaIsKeptBesideTheColours(String format, int type, boolean twoValues)
            throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
        int[] alphas = {0, 255, twoValues ? 0 : 64, 255, twoValues ? 255 : 128, 255};
        for (int i = 0; i < alphas.length; i++) {
            image.setRGB(i % 3, i / 3, alphas[i] << 24 | 0xff0000);
        }
        byte[] encoded = TestMedia.encode(copyOf(image, type), format);

        try (DecodedImage decoded = decoder.decodeWithAlpha(new ByteArrayInputStream(encoded))) {
            ByteBuffer samples = decoded.alpha().orElseThrow().samples();
            for (int i = 0; i < alphas.length; i++) {
                assertThat(samples.get(i) & 0xff).as("pixel %d", i).isEqualTo(alphas[i]);
            }
            assertThat(TestMedia.rgb(decoded.colours(), 1, 1)).isEqualTo(0xff0000);
        }
    }

    private static BufferedImage copyOf(BufferedImage image, int type) {
        if (type != BufferedImage.TYPE_BYTE_INDEXED) {
            return TestMedia.redrawn(image, type);
        }
        byte[] level = {(byte) 255, 0};
        byte[] none = {0, 0};
        var palette = new IndexColorModel(1, 2, level, none, none, new byte[] {(byte) 255, 0});
        var indexed =
                new BufferedImage(
                        image.getWidth(),
                        image.getHeight(),
                        BufferedImage.TYPE_BYTE_BINARY,
                        palette);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                indexed.getRaster().setSample(x, y, 0, image.getRGB(x, y) >>> 24 == 0 ? 1 : 0);
            }
        }
        return indexed;
    }

    @Test
    void deepAlphaIsRoundedNotCut() throws IOException {
        ComponentColorModel deep =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_USHORT);
        WritableRaster raster = deep.createCompatibleWritableRaster(3, 1);
        raster.setPixels(0, 0, 3, 1, new int[] {0, 0, 0, 128, 0, 0, 0, 129, 0, 0, 0, 65_406});
        byte[] png = TestMedia.encode(new BufferedImage(deep, raster, false, null), "png");
        try (DecodedImage decoded = decoder.decodeWithAlpha(new ByteArrayInputStream(png))) {
            ByteBuffer samples = decoded.alpha().orElseThrow().samples();
            assertThat(List.of(samples.get(0), samples.get(1), samples.get(2)))
                    .containsExactly((byte) 0, (byte) 1, (byte) 254);
        }
    }

    /** Stored lying, 11 more from column to column: upright from row to row. */
    @ParameterizedTest
    @ValueSource(strings = {"chelsea-alpha-lossy.webp", "chelsea-alpha-lossless.webp"})
    void alphaIsTurnedWithThePicture(String name) throws IOException {
        byte[] webp = TestMedia.bytes(name);
        try (DecodedImage decoded = decoder.decodeWithAlpha(new ByteArrayInputStream(webp))) {
            AlphaPlane alpha = decoded.alpha().orElseThrow();
            assertThat(List.of(alpha.width(), alpha.height())).containsExactly(16, 24);
            assertThat(List.of(decoded.colours().width(), decoded.colours().height()))
                    .containsExactly(16, 24);
            for (int i = 0; i < 16 * 24; i++) {
                assertThat(alpha.samples().get(i) & 0xff).as("%d", i).isEqualTo(i / 16 * 11);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chelsea.png", "rocket.jpg", "chelsea-lossless.webp"})
    void aPictureThatIsOpaqueThroughoutHasNoAlpha(String name) throws IOException {
        try (DecodedImage decoded =
                decoder.decodeWithAlpha(new ByteArrayInputStream(TestMedia.bytes(name)))) {
            assertThat(decoded.alpha()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"chelsea-lossless.webp,0", "chelsea-lossy.webp,9", "chelsea-cmyk.jpg,3"})
    void otherEncodingsShowTheSamePicture(String name, double mostMeanDifference) {
        assertThat(
                        TestMedia.meanDifference(
                                TestMedia.picture(name), TestMedia.picture("chelsea.png")))
                .isLessThanOrEqualTo(mostMeanDifference);
    }

    @Test
    void jpegIsWithinRoundingOfImageIo() throws IOException {
        byte[] jpeg =
                TestMedia.encode(
                        TestMedia.toImageIo(
                                TestMedia.drawn(67, 45, 2), BufferedImage.TYPE_3BYTE_BGR),
                        "jpg");
        RgbFrame ours = decoder.decode(ByteBuffer.wrap(jpeg));
        RgbFrame theirs = TestMedia.withImageIo(jpeg);
        assertThat(TestMedia.worstDifference(ours, theirs))
                .isLessThanOrEqualTo(10); // chroma is interpolated differently
        assertThat(TestMedia.meanDifference(ours, theirs)).isLessThan(1.5);
    }

    /**
     * Stored 2x3: the colours at the upright corners after each EXIF orientation, by hand from the
     * standard.
     */
    @ParameterizedTest
    @CsvSource({
        "1,A,B,C,D",
        "2,B,A,D,C",
        "3,D,C,B,A",
        "4,C,D,A,B",
        "5,A,C,B,D",
        "6,C,A,D,B",
        "7,D,B,C,A",
        "8,B,D,A,C"
    })
    void exifOrientationPutsTheCornersInPlace(
            int orientation, String corners1, String corners2, String corners3, String corners4)
            throws IOException {
        BufferedImage image = new BufferedImage(16, 32, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 16; x++) {
                image.setRGB(
                        x,
                        y,
                        y < 16 ? (x < 8 ? 0xff0000 : 0x00ff00) : (x < 8 ? 0x0000ff : 0xffffff));
            }
        }
        byte[] jpeg = ImageProbeTest.withExif(TestMedia.encode(image, "jpg"), orientation);
        RgbFrame frame = decoder.decode(ByteBuffer.wrap(jpeg));
        int right = frame.width() - 1;
        int bottom = frame.height() - 1;
        assertThat(frame.width()).isEqualTo(orientation < 5 ? 16 : 32);
        assertThat(
                        Arrays.asList(
                                corner(frame, 0, 0),
                                corner(frame, right, 0),
                                corner(frame, 0, bottom),
                                corner(frame, right, bottom)))
                .containsExactly(corners1, corners2, corners3, corners4);
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void alphaStandsWhereItsColourStands(Orientation orientation) {
        RgbFrame stored = TestMedia.drawn(5, 3, 1);
        AlphaPlane alpha = AlphaPlane.allocate(5, 3);
        for (int i = 0; i < 15; i++) {
            stored.pixels().put(3 * i, (byte) i);
            alpha.samples().put(i, (byte) i);
        }
        AlphaPlane turned = alpha.upright(orientation);
        RgbFrame upright = RgbFrame.allocate(turned.width(), turned.height());
        orientation.apply(stored, upright);
        for (int i = 0; i < 15; i++) {
            assertThat(turned.samples().get(i)).isEqualTo(upright.pixels().get(3 * i));
        }
    }

    /**
     * A red, B green, C blue, D white: top left, top right, bottom left, bottom right as stored.
     */
    private static String corner(RgbFrame frame, int x, int y) {
        int rgb = TestMedia.rgb(frame, x, y);
        int bits = (rgb >> 23 & 1) << 2 | (rgb >> 15 & 1) << 1 | rgb >> 7 & 1;
        return switch (bits) {
            case 4 -> "A";
            case 2 -> "B";
            case 1 -> "C";
            default -> "D";
        };
    }

    /** White that is not seen, half seen and seen. */
    @Test
    void coloursUnderAlphaAreBlackForWhoHasNoAlpha() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_4BYTE_ABGR);
        int[] pixels = {0x00ffffff, 0x80ffffff, 0xffffffff};
        image.setRGB(0, 0, 3, 1, pixels, 0, 3);
        byte[] png = TestMedia.encode(image, "png");
        RgbFrame frame = decoder.decodeOnBlack(new ByteArrayInputStream(png));
        assertThat(TestMedia.rgb(frame, 0, 0)).isZero();
        assertThat(TestMedia.rgb(frame, 1, 0)).isEqualTo(0x808080);
        assertThat(TestMedia.rgb(frame, 2, 0)).isEqualTo(0xffffff);
    }

    /** Values are taken as sRGB, whatever a profile says. */
    @Test
    void aColourProfileChangesNoValue() {
        byte[] png = TestMedia.bytes("chelsea.png");
        byte[] profile = {'p', 0, 0, 0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1}; // an empty one
        int behindHeader = 8 + 25;
        ByteBuffer with = ByteBuffer.allocate(png.length + 12 + profile.length);
        with.put(png, 0, behindHeader).putInt(profile.length);
        CRC32 checksum = new CRC32();
        checksum.update(new byte[] {'i', 'C', 'C', 'P'});
        checksum.update(profile);
        with.put(new byte[] {'i', 'C', 'C', 'P'}).put(profile).putInt((int) checksum.getValue());
        with.put(png, behindHeader, png.length - behindHeader).flip();

        assertThat(
                        TestMedia.worstDifference(
                                decoder.decode(with), TestMedia.picture("chelsea.png")))
                .isZero();
    }

    @Test
    void aPictureIsReadFromAStreamOfAnyChunks() {
        byte[] bytes = TestMedia.bytes("rocket.jpg");
        InputStream dribbling =
                new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        return super.read(target, offset, Math.min(length, 777));
                    }
                };
        assertThatCode(
                        () -> {
                            try (RgbFrame frame = decoder.decode(dribbling)) {
                                assertThat(
                                                TestMedia.worstDifference(
                                                        frame, TestMedia.picture("rocket.jpg")))
                                        .isZero();
                            }
                        })
                .doesNotThrowAnyException();
    }
}
