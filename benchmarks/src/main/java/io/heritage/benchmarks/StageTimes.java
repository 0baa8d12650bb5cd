package io.heritage.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Seconds of each stage of a job, and the peak memory of the process during it. Takes the best of
 * several runs, because other load can only slow a run down.
 */
final class StageTimes {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final String PEAK = "VmHWM:";

    private final Map<String, StageTime> stages = new LinkedHashMap<>();

    /**
     * @param names in the order in which they are printed
     */
    StageTimes(String... names) {
        for (String name : names) {
            stages.put(name, new StageTime());
        }
    }

    /** Time of one stage; 0 operations if they are not counted. */
    private static final class StageTime {
        private double best = Double.POSITIVE_INFINITY;
        private double running;
        private double operations;
        private long peakMib;
    }

    /** Runs a part of a stage; parts of a run are added up. */
    <T> T time(String name, Callable<T> part) throws Exception {
        StageTime stage = stage(name);
        resetPeak();
        long start = System.nanoTime();
        T result = part.call();
        stage.running += (System.nanoTime() - start) / 1e9;
        stage.peakMib = Math.max(stage.peakMib, peakMib());
        return result;
    }

    /** Adds a part that was timed elsewhere. */
    void add(String name, double seconds) {
        StageTime stage = stage(name);
        stage.running += seconds;
        stage.peakMib = Math.max(stage.peakMib, peakMib());
    }

    /** Operations of each run. */
    void operations(String name, double count) {
        stage(name).operations = count;
    }

    /** Ends the run. */
    void endRun() {
        stages.values()
                .forEach(stage -> {
                    if (stage.running > 0) {
                        stage.best = Math.min(stage.best, stage.running);
                        stage.running = 0;
                    }
                });
    }

    void print(int frames) {
        double all = 0;
        for (var entry : stages.entrySet()) {
            StageTime stage = entry.getValue();
            if (Double.isInfinite(stage.best)) {
                continue;
            }
            all += stage.best;
            String rate =
                    stage.operations == 0
                            ? ""
                            : "%9.4f TFLOP, %.4f TFLOP/s"
                                    .formatted(
                                            stage.operations / 1e12,
                                            stage.operations / 1e12 / stage.best);
            System.out.printf(
                    "  %-12s %9.3f s, %6d MiB %s%n",
                    entry.getKey(), stage.best, stage.peakMib, rate);
        }
        System.out.printf("  %-12s %9.3f s, %.3f frames/s%n", "all", all, frames / all);
    }

    private StageTime stage(String name) {
        return Objects.requireNonNull(stages.get(name), name);
    }

    private static void resetPeak() {
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, "5");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Most memory of the process since the last reset, mapped files included; 0 where unknown. */
    private static long peakMib() {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code |got - wanted| / |wanted|} over all numbers. */
    static double relativeError(FloatBuffer got, FloatBuffer wanted) {
        if (got.remaining() != wanted.remaining()) {
            throw new IllegalStateException(
                    "%d numbers, eager PyTorch has %d"
                            .formatted(got.remaining(), wanted.remaining()));
        }
        double difference = 0;
        double size = 0;
        for (int i = 0; i < got.remaining(); i++) {
            difference += Math.pow(got.get(i) - wanted.get(i), 2);
            size += Math.pow(wanted.get(i), 2);
        }
        return Math.sqrt(difference / size);
    }
}
