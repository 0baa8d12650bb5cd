package io.heritage.benchmarks;

import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Thread.State;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether a long video needs more host memory than a short one. A tiny SeedVR2 restores videos of
 * two lengths while the resident memory of the process is sampled; the ratio is against the short
 * one. The same samples of thread states show whether decoder, device and encoder work at the same
 * time.
 *
 * <p>Arguments: seconds of the long video (600), area of the result (height 96, width 176), {@code
 * sp_size} (1), size of the video (height 480, width 854).
 */
public final class LongVideoBenchmark {
    private static final int FPS = 25;
    private static final int SHORT_SECONDS = 10;
    private static final long SAMPLE_MILLIS = 50;
    private static final List<String> STAGES = List.of("decode-ahead", "device-", "encode-behind");

    private final Path folder;
    private final FrameSize input;
    private final int height;
    private final int width;
    private final int devices;

    private LongVideoBenchmark(Path folder, FrameSize input, int height, int width, int devices) {
        this.folder = folder;
        this.input = input;
        this.height = height;
        this.width = width;
        this.devices = devices;
    }

    public static void main(String[] arguments) throws IOException {
        int seconds = argument(arguments, 0, 600);
        Path folder = Files.createTempDirectory("heritage-long-video-");
        try {
            SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
            new LongVideoBenchmark(
                            folder,
                            new FrameSize(argument(arguments, 5, 854), argument(arguments, 4, 480)),
                            argument(arguments, 1, 96),
                            argument(arguments, 2, 176),
                            argument(arguments, 3, 1))
                    .compare(seconds);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void compare(int seconds) throws IOException {
        ProcessorConfig config =
                ProcessorConfig.defaults()
                        .withModels(folder)
                        .withDevice(devices == 1 ? "cpu" : "cpu*" + devices);
        Path shortVideo = video(SHORT_SECONDS);
        Path longVideo = video(seconds);
        try (var restoration = new LocalRestoration(config)) {
            measure(restoration, shortVideo, "warming up");
            ResidentMemory brief = measure(restoration, shortVideo, SHORT_SECONDS + " s");
            ResidentMemory extended = measure(restoration, longVideo, seconds + " s");
            System.out.printf(
                    "peak of %d s against %d s: %.3f; second half against first: %.3f%n",
                    seconds,
                    SHORT_SECONDS,
                    (double) extended.peak() / brief.peak(),
                    (double) extended.peakOfSecondHalf() / extended.peakOfFirstHalf());
        }
    }

    /** A video of moving waves. */
    private Path video(int seconds) throws IOException {
        Path file = folder.resolve(seconds + "s.mp4");
        VideoEncoding encoding = VideoEncoding.of(input, new Rational(FPS, 1));
        try (VideoWriter writer = VideoWriter.open(file, encoding, null);
                RgbFrame frame = RgbFrame.allocate(input.width(), input.height())) {
            for (int t = 0; t < seconds * FPS; t++) {
                ByteBuffer rgb = frame.pixels();
                for (int i = 0; rgb.hasRemaining(); i++) {
                    rgb.put((byte) ((i >> 4) + 3 * t));
                }
                writer.write(frame, t, 1);
            }
            writer.finish();
        }
        return file;
    }

    private ResidentMemory measure(LocalRestoration restoration, Path video, String name)
            throws IOException {
        var samples = new MemorySampler();
        long start = System.nanoTime();
        long frames;
        try (samples) {
            frames =
                    restoration
                            .run(
                                    new RestoreInput.Model("seedvr2_3b", "normal", devices),
                                    video,
                                    RestoreRequest.DEFAULT.withSize(height, width),
                                    folder.resolve("restored.mp4"),
                                    new Unwatched())
                            .frames();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        ResidentMemory memory = samples.memory();
        System.out.printf(
                "%-10s %6d frames in %6.1f s, %5.1f frames/s; resident: median %4d MiB, peak %4d"
                        + " MiB; at work: decoder %2.0f %%, device %2.0f %%, encoder %2.0f %%, two or"
                        + " more %2.0f %%%n",
                name,
                frames,
                seconds,
                frames / seconds,
                memory.median() >> 20,
                memory.peak() >> 20,
                samples.busy(0),
                samples.busy(1),
                samples.busy(2),
                samples.together());
        return memory;
    }

    private record Unwatched() implements WorkObserver {
        @Override
        public void checkpoint() {}

        @Override
        public void progress(WorkProgress progress) {}
    }

    /** Resident bytes, in the order of time. */
    private record ResidentMemory(List<Long> resident) {
        long peak() {
            return peak(resident);
        }

        long peakOfFirstHalf() {
            return peak(resident.subList(0, resident.size() / 2));
        }

        long peakOfSecondHalf() {
            return peak(resident.subList(resident.size() / 2, resident.size()));
        }

        private static long peak(List<Long> bytes) {
            return bytes.stream().mapToLong(Long::longValue).max().orElse(0);
        }

        long median() {
            return resident.stream().sorted().toList().get(resident.size() / 2);
        }
    }

    /** Takes samples until it is closed. */
    private static final class MemorySampler implements AutoCloseable {
        private final ScheduledExecutorService sampler =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("sampler").factory());
        private final List<Long> resident = new ArrayList<>();
        private final int[] busy = new int[STAGES.size()];
        private int together;

        MemorySampler() {
            var _ =
                    sampler.scheduleAtFixedRate(
                            this::take, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void take() {
            resident.add(residentBytes());
            Thread[] threads = new Thread[Thread.activeCount() + 16];
            int count = Thread.enumerate(threads);
            int working = 0;
            for (int stage = 0; stage < STAGES.size(); stage++) {
                if (works(threads, count, STAGES.get(stage))) {
                    busy[stage]++;
                    working++;
                }
            }
            together += working > 1 ? 1 : 0;
        }

        private static boolean works(Thread[] threads, int count, String name) {
            for (int i = 0; i < count; i++) {
                if (threads[i].getName().startsWith(name)
                        && threads[i].getState() == State.RUNNABLE) {
                    return true;
                }
            }
            return false;
        }

        private static long residentBytes() {
            try {
                String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
                return Long.parseLong(pages) * 4096;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        ResidentMemory memory() {
            return new ResidentMemory(List.copyOf(resident));
        }

        double busy(int stage) {
            return 100.0 * busy[stage] / resident.size();
        }

        double together() {
            return 100.0 * together / resident.size();
        }

        @Override
        public void close() {
            sampler.close();
        }
    }
}
