package io.heritage.standalone.fuzz;

import com.sun.management.OperatingSystemMXBean;
import io.heritage.media.AudioPassThrough;
import io.heritage.media.DecodedImage;
import io.heritage.media.FrameFinder;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.ImageProbe;
import io.heritage.media.MediaRejected;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Reads damaged pictures, videos and checkpoints for a time. Each must be read or refused by the
 * exceptions that say so, within {@link #LONGEST} of processor time, and the process must not grow.
 * The file being read is {@code current} in the folder of findings, so that it is there after a
 * crash.
 */
final class Fuzz {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final ImageLimits LIMITS = new ImageLimits(2_000_000, 4096, 1);
    private static final int FRAMES = 6;
    private static final int LATE_FRAME = 4;
    private static final long MOST_GROWTH = 200L << 20;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Path findings;
    private final HangWatch hangs;
    private final AtomicBoolean reading = new AtomicBoolean();
    private Duration slowest = Duration.ZERO;
    private int faults;

    /**
     * @param patience how much processor time a file may take, and for how long all threads may
     *     sleep over it, until the process is taken to hang
     */
    private Fuzz(Path findings, Duration patience) {
        this.findings = findings;
        this.hangs = new HangWatch(new HangWatch.OwnProcess(), patience);
    }

    private interface Target {
        void read(byte[] bytes) throws IOException;
    }

    /**
     * @param arguments seconds, seed, seconds of patience, folder of findings, folder of
     *     checkpoints, folders of media
     */
    public static void main(String[] arguments) throws Exception {
        var fuzz =
                new Fuzz(Path.of(arguments[3]), Duration.ofSeconds(Long.parseLong(arguments[2])));
        List<byte[]> checkpoints = files(Path.of(arguments[4]), ".*[.](pth|pt|safetensors)");
        List<byte[]> media = oldPictures();
        for (int i = 5; i < arguments.length; i++) {
            media.addAll(files(Path.of(arguments[i]), ".*[.](?!md|json|safetensors).*"));
        }
        fuzz.run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]), media, checkpoints);
        System.exit(fuzz.faults == 0 ? 0 : 1);
    }

    /** Formats that no file of the tests has. */
    private static List<byte[]> oldPictures() throws IOException {
        var picture = new BufferedImage(37, 21, BufferedImage.TYPE_3BYTE_BGR);
        picture.createGraphics().fillOval(3, 2, 30, 15);
        picture.setRGB(1, 1, Color.RED.getRGB());
        var all = new ArrayList<byte[]>();
        for (String format : List.of("bmp", "gif", "tiff", "jpg")) {
            var bytes = new ByteArrayOutputStream();
            ImageIO.write(picture, format, bytes);
            all.add(bytes.toByteArray());
        }
        return all;
    }

    private static List<byte[]> files(Path folder, String names) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> found =
                    all.filter(Files::isRegularFile)
                            .filter(file -> file.getFileName().toString().matches(names))
                            .filter(file -> file.toFile().length() < 100_000)
                            .sorted()
                            .toList();
            var bytes = new ArrayList<byte[]>();
            for (Path file : found) {
                bytes.add(Files.readAllBytes(file));
            }
            return bytes;
        }
    }

    private void run(long seconds, long seed, List<byte[]> media, List<byte[]> checkpoints)
            throws IOException {
        Thread.ofPlatform().daemon().name("hang-watch").start(this::watch);
        var damagedMedia = new Mutator(media, seed);
        var damagedCheckpoints = new Mutator(checkpoints, seed);
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        long settled = begin + (end - begin) / 3;
        long memory = 0;
        long count = 0;
        long readable = 0;
        while (System.nanoTime() < end) {
            readable += one("media", damagedMedia.next(), this::media);
            readable += one("checkpoint", damagedCheckpoints.next(), Fuzz::checkpoint);
            count += 2;
            if (memory == 0 && System.nanoTime() > settled) {
                memory = residentBytes();
            }
        }
        long growth = memory == 0 ? 0 : residentBytes() - memory;
        System.out.printf(
                "fuzz: %d files in %d s (seed %d; %d files to begin with), %d readable, %d faults, slowest %d ms, grown by %d MiB to %d MiB%n",
                count,
                seconds,
                seed,
                media.size() + checkpoints.size(),
                readable,
                faults,
                slowest.toMillis(),
                growth >> 20,
                residentBytes() >> 20);
        if (growth > MOST_GROWTH) {
            faults++;
            System.out.println("fuzz: FAULT: the process grows");
        }
    }

    /** Returns 1 if it could be read. */
    private int one(String kind, byte[] bytes, Target target) throws IOException {
        Path current = findings.resolve("current-" + kind);
        Files.write(current, bytes);
        hangs.begin(System.nanoTime());
        reading.set(true);
        long used = SYSTEM.getProcessCpuTime();
        try {
            target.read(bytes);
            return 1;
        } catch (MediaRejected | CheckpointMismatch refused) {
            return 0;
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError fault) {
            keep(kind, bytes, fault.getClass().getSimpleName());
            fault.printStackTrace(System.out);
            return 0;
        } finally {
            reading.set(false);
            var took = Duration.ofNanos(SYSTEM.getProcessCpuTime() - used);
            if (took.compareTo(LONGEST) > 0) {
                keep(kind, bytes, took.toSeconds() + " s of processor time");
            }
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
    }

    private void keep(String kind, byte[] bytes, String why) throws IOException {
        faults++;
        Path kept = findings.resolve("fault-" + faults + "-" + kind);
        Files.write(kept, bytes);
        System.out.println("fuzz: FAULT in " + kept + ": " + why);
    }

    private void media(byte[] bytes) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, 64 << 10));
        if (ImageProbe.of(start) instanceof ImageProbe.NotAnImage) {
            video(findings.resolve("current-media"));
            lateFrame(findings.resolve("current-media"));
        } else {
            try (DecodedImage image =
                    new ImageDecoder(LIMITS).decodeWithAlpha(new ByteArrayInputStream(bytes))) {
                image.colours().pixels();
            }
        }
    }

    /** Its first frames, and a copy of them with sound, subtitles and chapters. */
    private void video(Path file) throws IOException {
        Path copy = findings.resolve("copy.mp4");
        try (VideoReader reader = VideoReader.open(file, LIMITS);
                AudioPassThrough tracks = AudioPassThrough.of(file, LIMITS)) {
            boolean small = (long) reader.size().width() * reader.size().height() < 40_000;
            if (!small) {
                read(reader, null);
                return;
            }
            var encoding = VideoEncoding.of(reader.size(), new Rational(25, 1));
            try (VideoWriter writer = VideoWriter.open(copy, encoding, tracks)) {
                read(reader, writer);
                writer.finish();
            }
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static void read(VideoReader reader, @Nullable VideoWriter writer) throws IOException {
        for (int i = 0; i < FRAMES; i++) {
            try (VideoFrame frame = reader.next()) {
                if (frame == null) {
                    return;
                }
                if (writer != null) {
                    writer.write(frame.pixels(), i, 1);
                }
            }
        }
    }

    /** As a sink shows single frames of what clients sent. */
    private static void lateFrame(Path file) throws IOException {
        try {
            FrameFinder.of(file, LIMITS).frame(LATE_FRAME, () -> false).ifPresent(RgbFrame::close);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nobody stopped it", e);
        }
    }

    private static void checkpoint(byte[] bytes) {
        try (Checkpoint checkpoint = Checkpoint.of("damaged", bytes)) {
            checkpoint
                    .tensors()
                    .values()
                    .forEach(tensor -> {
                        tensor.shape();
                        ByteBuffer data = tensor.bytes();
                        for (int at = 0; at < data.limit(); at += 97) {
                            data.get(at);
                        }
                    });
        }
    }

    private void watch() {
        while (true) {
            LockSupport.parkNanos(1_000_000_000);
            if (reading.get() && isHanging()) {
                System.out.println("fuzz: FAULT: hangs");
                Thread.getAllStackTraces()
                        .forEach((thread, trace) ->
                                System.out.println(thread + " " + Arrays.toString(trace)));
                Runtime.getRuntime().halt(3);
            }
        }
    }

    private boolean isHanging() {
        try {
            return hangs.hangs(System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }
}
