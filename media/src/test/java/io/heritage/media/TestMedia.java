package io.heritage.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures and videos of the tests: shipped ones by name, and drawn ones. */
final class TestMedia {

    static final String BUNNY = "bunny-1s.mp4";

    private TestMedia() {}

    static byte[] bytes(String name) {
        try (InputStream in = TestMedia.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no test resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Path file(Path folder, String name) throws IOException {
        return Files.write(folder.resolve(name), bytes(name));
    }

    static RgbFrame picture(String name) {
        return new ImageDecoder(ImageLimits.DEFAULT).decode(ByteBuffer.wrap(bytes(name)));
    }

    /** Soft blobs with some noise, other ones for each seed. */
    static RgbFrame drawn(int width, int height, long seed) {
        RgbFrame frame = RgbFrame.allocate(width, height);
        Random random = new Random(seed);
        double a = random.nextDouble() * 6;
        double b = 0.02 + random.nextDouble() * 0.05;
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    double value =
                            120
                                    + 90
                                            * Math.sin(a + b * (x + c * 20))
                                            * Math.cos(a + b * (y - c * 10));
                    pixels.put((byte) (value + random.nextInt(8)));
                }
            }
        }
        return frame;
    }

    static RgbFrame even(int width, int height, int red, int green, int blue) {
        RgbFrame frame = RgbFrame.allocate(width, height);
        ByteBuffer pixels = frame.pixels();
        while (pixels.hasRemaining()) {
            pixels.put((byte) red).put((byte) green).put((byte) blue);
        }
        return frame;
    }

    static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new AssertionError(
                    "ImageIO does not write " + format + " of type " + image.getType());
        }
        return out.toByteArray();
    }

    static RgbFrame withImageIo(byte[] encoded) throws IOException {
        return fromImageIo(ImageIO.read(new ByteArrayInputStream(encoded)));
    }

    static RgbFrame fromImageIo(BufferedImage image) {
        RgbFrame frame = RgbFrame.allocate(image.getWidth(), image.getHeight());
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
            }
        }
        return frame;
    }

    static BufferedImage toImageIo(RgbFrame frame, int type) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), type);
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                image.setRGB(x, y, 0xff000000 | rgb(frame, x, y));
            }
        }
        return image;
    }

    /** The same pixels in an image of another type. */
    static BufferedImage redrawn(BufferedImage image, int type) {
        var copy = new BufferedImage(image.getWidth(), image.getHeight(), type);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                copy.setRGB(x, y, image.getRGB(x, y));
            }
        }
        return copy;
    }

    /** A pixel as 0xRRGGBB. */
    static int rgb(RgbFrame frame, int x, int y) {
        ByteBuffer pixels = frame.pixels();
        int at = (y * frame.width() + x) * 3;
        return (pixels.get(at) & 0xff) << 16
                | (pixels.get(at + 1) & 0xff) << 8
                | pixels.get(at + 2) & 0xff;
    }

    static int worstDifference(RgbFrame a, RgbFrame b) {
        int worst = 0;
        for (int i = 0; i < a.bytes(); i++) {
            worst =
                    Math.max(
                            worst,
                            Math.abs((a.pixels().get(i) & 0xff) - (b.pixels().get(i) & 0xff)));
        }
        return worst;
    }

    static double meanDifference(RgbFrame a, RgbFrame b) {
        ByteBuffer left = a.pixels();
        ByteBuffer right = b.pixels();
        long sum = 0;
        for (int i = 0; i < a.bytes(); i++) {
            sum += Math.abs((left.get(i) & 0xff) - (right.get(i) & 0xff));
        }
        return (double) sum / a.bytes();
    }
}
