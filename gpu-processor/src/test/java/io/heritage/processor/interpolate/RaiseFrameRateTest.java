package io.heritage.processor.interpolate;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.processor.PacedEngine;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What does not need a network. */
class RaiseFrameRateTest {
    private static final FrameSize SIZE = new FrameSize(640, 360);
    private static final long MIB = 1 << 20;
    private static final Set<String> WORKERS =
            Set.of("VideoReader", "VideoWriter", "VideoEncoder", "RgbConversion", "SceneCut");

    @TempDir Path dir;

    @Test
    void memoryDoesNotGrowWithTheLength() throws IOException {
        Path in = dir.resolve("in.mp4");
        write(in, 300);
        List<Long> resident = new ArrayList<>();
        WorkObserver samples =
                new WorkObserver() {
                    @Override
                    public void checkpoint() {}

                    @Override
                    public void progress(WorkProgress progress) {
                        if (progress.framesDone() == 150 * (resident.size() + 1)) {
                            resident.add(residentBytes());
                        }
                    }
                };
        VideoSummary summary =
                new RaiseFrameRate(new PacedEngine(), ImageLimits.DEFAULT)
                        .run(in, dir.resolve("out.mp4"), RateRequest.times(2), samples);
        assertThat(summary.framesWritten()).isEqualTo(600);
        assertThat(resident).hasSizeGreaterThan(2);
        // 75 more input frames are 52 MiB of pixels; the virtual machine's heap grows some times
        assertThat(leastGrowth(resident)).isLessThan(20 * MIB);
    }

    private static long leastGrowth(List<Long> bytes) {
        return IntStream.range(1, bytes.size())
                .mapToLong(i -> bytes.get(i) - bytes.get(i - 1))
                .min()
                .orElseThrow();
    }

    /**
     * Looks again and again at what the device thread and the others are doing, until they were
     * seen at their work.
     */
    @Test
    @Timeout(300)
    void theDeviceThreadNeitherDecodesNorComparesNorEncodes() throws Exception {
        Path in = dir.resolve("in.mp4");
        write(in, 200);
        Thread device = Thread.currentThread();
        Map<String, Set<String>> seen = new ConcurrentHashMap<>();
        AtomicBoolean underWay = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        Thread sampler =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!over.get()) {
                                boolean counts = underWay.get();
                                Thread.getAllStackTraces()
                                        .forEach((thread, stack) -> {
                                            String name =
                                                    thread == device ? "device" : thread.getName();
                                            if (counts && underWay.get()) {
                                                seen.computeIfAbsent(
                                                                name,
                                                                _ -> new ConcurrentSkipListSet<>())
                                                        .addAll(mediaWork(stack));
                                            }
                                        });
                            }
                        });
        WorkObserver observer =
                new WorkObserver() {
                    @Override
                    public void checkpoint() {}

                    @Override
                    public void progress(WorkProgress progress) {
                        underWay.set(progress.framesDone() < 398);
                    }
                };
        try {
            do {
                new RaiseFrameRate(new PacedEngine(), ImageLimits.DEFAULT)
                        .run(in, dir.resolve("out.mp4"), RateRequest.times(2), observer);
            } while (!wasSeen(seen, "decode-ahead", "VideoReader")
                    || !wasSeen(seen, "encode-behind", "VideoWriter"));
        } finally {
            over.set(true);
            assertThat(sampler.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(seen.get("device")).isEmpty();
    }

    private static boolean wasSeen(Map<String, Set<String>> seen, String thread, String work) {
        return seen.getOrDefault(thread, Set.of()).contains(work);
    }

    private static Set<String> mediaWork(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("io.heritage.media."))
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .filter(WORKERS::contains)
                .collect(Collectors.toSet());
    }

    private static void write(Path file, int frames) throws IOException {
        try (VideoWriter writer =
                        VideoWriter.open(
                                file,
                                VideoEncoding.of(SIZE, new Rational(25, 1)).withCrf(40),
                                null);
                RgbFrame frame = RgbFrame.allocate(SIZE.width(), SIZE.height())) {
            for (int i = 0; i < frames; i++) {
                frame.pixels().put(i, (byte) 0xff);
                writer.write(frame, i, 1);
            }
            writer.finish();
        }
    }

    /** Memory of the whole process: also what FFmpeg holds. */
    private static long residentBytes() {
        try {
            String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
            return Long.parseLong(pages) * 4096;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
