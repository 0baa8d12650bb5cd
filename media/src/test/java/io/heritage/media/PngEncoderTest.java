package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PngEncoderTest {

    private static final int[][] SIZES = {
        {1, 1}, {2, 3}, {3, 1}, {17, 5}, {640, 33}, {1, 90}, {1025, 77}, {21_900, 2}
    };

    @Test
    void oneEncodersPicturesOfAnySizeAreReadBackByThreeDecoders() throws IOException {
        try (PngEncoder encoder = new PngEncoder()) {
            for (int[] size : SIZES) {
                RgbFrame drawn = TestMedia.drawn(size[0], size[1], 4);
                assertReadBack(drawn, encode(encoder, drawn));
                RgbFrame even = TestMedia.even(size[0], size[1], 9, 200, 90);
                assertReadBack(even, encode(encoder, even));
            }
        }
    }

    @Test
    void aPictureThatIsHalfNoiseAndHalfEvenIsReadBackAtEveryLevel() throws IOException {
        RgbFrame frame = TestMedia.drawn(300, 900, 5);
        ByteBuffer pixels = frame.pixels();
        for (int i = frame.bytes() / 2; i < frame.bytes(); i++) {
            pixels.put(i, (byte) 7);
        }
        for (int level = 0; level <= 9; level++) {
            try (PngEncoder encoder = new PngEncoder(level)) {
                assertReadBack(frame, encode(encoder, frame));
            }
        }
    }

    @Test
    void bandsOfNoiseOfSoftAndOfEvenRowsAreReadBack() throws IOException {
        Random random = new Random(3);
        RgbFrame frame = TestMedia.drawn(700, 1000, 5);
        ByteBuffer pixels = frame.pixels();
        for (int i = 0; i < frame.bytes(); i++) {
            switch (i / (90 * 3 * 700) % 3) {
                case 0 -> pixels.put(i, (byte) random.nextInt());
                case 1 -> pixels.put(i, (byte) 77);
                default -> {}
            }
        }
        try (PngEncoder encoder = new PngEncoder()) {
            byte[] png = encode(encoder, frame);
            assertReadBack(frame, png);
            assertThat(encode(encoder, frame)).isEqualTo(png);
        }
    }

    @Test
    void noiseIsStoredWithLittleMoreThanItsBytes() throws IOException {
        RgbFrame frame = RgbFrame.allocate(1280, 720);
        byte[] noise = new byte[frame.bytes()];
        new Random(1).nextBytes(noise);
        frame.pixels().put(noise);
        try (PngEncoder encoder = new PngEncoder()) {
            byte[] png = encode(encoder, frame);
            assertReadBack(frame, png);
            assertThat(png).hasSizeLessThan(frame.bytes() + frame.bytes() / 1000);
        }
    }

    @Test
    void picturesWithAndWithoutAlphaByTurnsAreReadBack() throws IOException {
        try (PngEncoder encoder = new PngEncoder()) {
            for (int[] size : SIZES) {
                RgbFrame drawn = TestMedia.drawn(size[0], size[1], 4);
                AlphaPlane alpha = AlphaPlane.allocate(size[0], size[1]);
                for (int i = 0; i < alpha.samples().capacity(); i++) {
                    alpha.samples().put(i, (byte) (7 * i));
                }
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                encoder.encode(drawn, alpha, png);
                assertReadBack(drawn, png.toByteArray());
                assertAlphaReadBack(alpha, png.toByteArray());
                assertReadBack(drawn, encode(encoder, drawn));
            }
        }
    }

    private static void assertAlphaReadBack(AlphaPlane alpha, byte[] png) throws IOException {
        BufferedImage imageIo = ImageIO.read(new ByteArrayInputStream(png));
        StrictPng strict = new StrictPng(png);
        DecodedImage ffmpeg =
                new ImageDecoder(ImageLimits.DEFAULT)
                        .decodeWithAlpha(new ByteArrayInputStream(png));
        assertThat(ffmpeg.alpha().orElseThrow().samples()).isEqualTo(alpha.samples());
        for (int i = 0; i < alpha.samples().capacity(); i++) {
            assertThat(imageIo.getRGB(i % alpha.width(), i / alpha.width()) >>> 24)
                    .isEqualTo(alpha.samples().get(i) & 0xff)
                    .isEqualTo(strict.alpha(i));
        }
    }

    @Test
    void anEvenPictureIsSmall() throws IOException {
        try (PngEncoder encoder = new PngEncoder()) {
            assertThat(encode(encoder, TestMedia.even(1280, 720, 0, 0, 0))).hasSizeLessThan(40_000);
        }
    }

    private static void assertReadBack(RgbFrame frame, byte[] png) throws IOException {
        RgbFrame imageIo = TestMedia.withImageIo(png);
        RgbFrame ffmpeg = new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(png));
        assertThat(imageIo.pixels()).isEqualTo(frame.pixels());
        assertThat(ffmpeg.pixels()).isEqualTo(frame.pixels());
        assertThat(new StrictPng(png).frame().pixels()).isEqualTo(frame.pixels());
    }

    private static byte[] encode(PngEncoder encoder, RgbFrame frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.encode(frame, out);
        return out.toByteArray();
    }

    @Nested
    class InOrder {

        @Test
        void picturesComeOutInTheOrderTheyWentIn() throws IOException {
            List<Integer> greys = new ArrayList<>();
            List<Long> indices = new ArrayList<>();
            FramePool pool = new FramePool(40, 30, 4);
            try (OrderedPngWriter writer =
                    new OrderedPngWriter(
                            3,
                            4,
                            1,
                            (index, png) -> {
                                indices.add(index);
                                greys.add(
                                        TestMedia.rgb(
                                                        new ImageDecoder(ImageLimits.DEFAULT)
                                                                .decode(png),
                                                        5,
                                                        5)
                                                & 0xff);
                            })) {
                for (int i = 0; i < 100; i++) {
                    RgbFrame frame = pool.borrow();
                    frame.copyFrom(TestMedia.even(40, 30, i, i, i));
                    writer.write(frame);
                }
                writer.finish();
            }
            assertThat(greys).hasSize(100).isSorted().startsWith(0).endsWith(99);
            assertThat(indices).isSorted().endsWith(99L);
        }

        @Test
        void whatTheSinkThrowsReachesTheWriter() throws IOException {
            AtomicInteger calls = new AtomicInteger();
            try (OrderedPngWriter writer =
                    new OrderedPngWriter(
                            2,
                            2,
                            1,
                            (_, _) -> {
                                calls.incrementAndGet();
                                throw new IOException("the store is full");
                            })) {
                assertThatThrownBy(
                                () -> {
                                    for (int i = 0; i < 1000; i++) {
                                        writer.write(TestMedia.even(8, 8, 1, 2, 3));
                                    }
                                })
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the store is full");
                assertThatThrownBy(writer::finish).hasMessageContaining("the store is full");
            }
            assertThat(calls).hasValue(1);
        }

        @Test
        void closingWithoutFinishClosesEveryFrame() throws IOException {
            List<RgbFrame> frames = new ArrayList<>();
            try (OrderedPngWriter writer = new OrderedPngWriter(1, 8, 1, (_, _) -> {})) {
                for (int i = 0; i < 8; i++) {
                    RgbFrame frame = TestMedia.even(64, 64, i, i, i);
                    frames.add(frame);
                    writer.write(frame);
                }
            }
            assertThat(frames)
                    .allSatisfy(frame ->
                            assertThatThrownBy(frame::pixels)
                                    .isInstanceOf(IllegalStateException.class));
        }
    }
}
