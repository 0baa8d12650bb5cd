package io.heritage.benchmarks;

import io.heritage.media.ImageLimits;
import io.heritage.media.OrderedPngWriter;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the frames of a video as PNG with our encoder, the JDK's ImageIO and Rust's png crate.
 * Prints milliseconds a frame, size and ratio. Arguments: a video file, the number of frames (40),
 * the program of {@code benchmarks/png} (none), and the side of a square that is cropped from the
 * middle of each frame (whole frames).
 */
public final class PngBenchmark {

    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private PngBenchmark() {}

    private interface Encoding {
        /** Encodes all frames and returns their bytes. */
        long run() throws IOException;
    }

    /** CPU time of the measuring thread, which other load on the machine does not affect. */
    private record Result(double wallMilliseconds, double processorMilliseconds, long bytes) {

        void print(String name, Result reference) {
            System.out.printf(
                    "%-28s %6.1f ms of CPU time   %9d bytes  %.2f times as fast as ImageIO%n",
                    name,
                    processorMilliseconds,
                    bytes,
                    reference.processorMilliseconds / processorMilliseconds);
        }

        void printWall(String name, Result reference) {
            System.out.printf(
                    "%-28s %6.1f ms of wall clock %9d bytes  %.2f times as fast as ImageIO%n",
                    name, wallMilliseconds, bytes, reference.wallMilliseconds / wallMilliseconds);
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("arguments: VIDEO [FRAMES [REFERENCE [SIDE]]]");
        }
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40;
        List<RgbFrame> frames = frames(Path.of(arguments[0]), count);
        if (arguments.length > 3) {
            int side = Integer.parseInt(arguments[3]);
            frames = frames.stream().map(frame -> middle(frame, side)).toList();
        }
        compare(frames, arguments.length > 2 ? Path.of(arguments[2]) : null);
    }

    private static void compare(List<RgbFrame> frames, @Nullable Path crate) throws IOException {
        System.out.printf(
                "%d frames of %dx%d, best of %d rounds%n",
                frames.size(), frames.getFirst().width(), frames.getFirst().height(), ROUNDS);
        List<BufferedImage> images = frames.stream().map(PngBenchmark::toImage).toList();
        ImageIO.setUseCache(false);
        Result reference = measure(frames.size(), () -> imageIo(images));
        reference.print("ImageIO", reference);
        if (crate != null) {
            crate(frames, crate).forEach((name, result) -> result.print(name, reference));
        }
        measure(frames.size(), () -> ours(frames, PngEncoder.DEFAULT_LEVEL))
                .print("PngEncoder", reference);
        if (crate != null) {
            crate(frames, crate).forEach((name, result) -> result.print(name, reference));
        }
        int threads = Runtime.getRuntime().availableProcessors();
        measure(frames.size(), () -> inOrder(frames, threads))
                .printWall("OrderedPngWriter " + threads + " threads", reference);
    }

    /** The png crate's settings with what they take, measured in a process of its own. */
    private static Map<String, Result> crate(List<RgbFrame> frames, Path program)
            throws IOException {
        Path raw = Files.createTempFile("frames", ".rgb");
        try {
            try (OutputStream out = Files.newOutputStream(raw)) {
                for (RgbFrame frame : frames) {
                    byte[] bytes = new byte[frame.bytes()];
                    frame.pixels().get(bytes);
                    out.write(bytes);
                }
            }
            RgbFrame first = frames.getFirst();
            Process process =
                    new ProcessBuilder(
                                    program.toAbsolutePath().toString(),
                                    raw.toString(),
                                    "" + first.width(),
                                    "" + first.height(),
                                    "" + ROUNDS)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            Map<String, Result> results = new LinkedHashMap<>();
            for (String line : process.inputReader(StandardCharsets.UTF_8).readAllLines()) {
                List<String> words = List.of(line.split(" ", 3));
                double milliseconds = Double.parseDouble(words.get(1));
                results.put(
                        "png crate, " + words.getFirst(),
                        new Result(milliseconds, milliseconds, Long.parseLong(words.getLast())));
            }
            return results;
        } finally {
            Files.delete(raw);
        }
    }

    private static RgbFrame middle(RgbFrame frame, int side) {
        int left = (frame.width() - side) / 2;
        int top = (frame.height() - side) / 2;
        RgbFrame square = RgbFrame.allocate(side, side);
        for (int y = 0; y < side; y++) {
            int from = ((top + y) * frame.width() + left) * 3;
            square.pixels().put(y * side * 3, frame.pixels(), from, side * 3);
        }
        return square;
    }

    /** The best round, by frame. */
    private static Result measure(int frames, Encoding encoding) throws IOException {
        double wall = Double.MAX_VALUE;
        double processor = Double.MAX_VALUE;
        long bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            long processorStart = THREADS.getCurrentThreadCpuTime();
            bytes = encoding.run();
            wall = Math.min(wall, (System.nanoTime() - start) / 1e6);
            processor =
                    Math.min(processor, (THREADS.getCurrentThreadCpuTime() - processorStart) / 1e6);
        }
        return new Result(wall / frames, processor / frames, bytes / frames);
    }

    private static long imageIo(List<BufferedImage> images) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 23);
        long bytes = 0;
        for (BufferedImage image : images) {
            out.reset();
            ImageIO.write(image, "png", out);
            bytes += out.size();
        }
        return bytes;
    }

    private static long ours(List<RgbFrame> frames, int level) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 23);
        long bytes = 0;
        try (PngEncoder encoder = new PngEncoder(level)) {
            for (RgbFrame frame : frames) {
                out.reset();
                encoder.encode(frame, out);
                bytes += out.size();
            }
        }
        return bytes;
    }

    /**
     * The writer closes what it takes, so each frame is copied first, as a computation would make
     * it.
     */
    private static long inOrder(List<RgbFrame> frames, int threads) throws IOException {
        long[] bytes = {0};
        try (OrderedPngWriter writer =
                new OrderedPngWriter(
                        threads,
                        2 * threads,
                        PngEncoder.DEFAULT_LEVEL,
                        (_, png) -> bytes[0] += png.remaining())) {
            for (RgbFrame frame : frames) {
                writer.write(copy(frame));
            }
            writer.finish();
        }
        return Arrays.stream(bytes).sum();
    }

    private static List<RgbFrame> frames(Path video, int count) throws IOException {
        List<RgbFrame> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            VideoFrame next = reader.next();
            while (next != null && frames.size() < count) {
                try (VideoFrame frame = next) {
                    frames.add(copy(frame.pixels()));
                }
                next = reader.next();
            }
            if (next != null) {
                next.close();
            }
        }
        return frames;
    }

    private static RgbFrame copy(RgbFrame frame) {
        return RgbFrame.copyOf(frame.width(), frame.height(), frame.pixels());
    }

    private static BufferedImage toImage(RgbFrame frame) {
        BufferedImage image =
                new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_3BYTE_BGR);
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                image.setRGB(
                        x,
                        y,
                        (pixels.get() & 0xff) << 16
                                | (pixels.get() & 0xff) << 8
                                | pixels.get() & 0xff);
            }
        }
        return image;
    }
}
