package io.heritage.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Samples memory, descriptors and threads of the processes from {@code /proc}. */
final class Resources implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(5);

    /** A shorter life is too short to show growth. */
    private static final int LEAST_SAMPLES = 24;

    private final Cluster cluster;
    private final Map<Part.Life, List<Sample>> samples = new LinkedHashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("resources").unstarted(this::run);

    /** A sample of one process. */
    record Sample(long residentKib, long descriptors, long threads) {}

    /**
     * One life of a process that lasted.
     *
     * @param seconds that it was watched
     */
    record ResourceUse(
            String part,
            long seconds,
            long residentMibBefore,
            long residentMibAfter,
            long descriptorsBefore,
            long descriptorsAfter,
            long threadsBefore,
            long threadsAfter) {

        /** The second quarter beside the last; empty if the life was too short. */
        static Optional<ResourceUse> of(String part, List<Sample> all) {
            if (all.size() < LEAST_SAMPLES) {
                return Optional.empty();
            }
            List<Sample> before = all.subList(all.size() / 4, all.size() / 2);
            List<Sample> after = all.subList(all.size() * 3 / 4, all.size());
            return Optional.of(
                    new ResourceUse(
                            part,
                            all.size() * EVERY.toSeconds(),
                            median(before, Sample::residentKib) >> 10,
                            median(after, Sample::residentKib) >> 10,
                            median(before, Sample::descriptors),
                            median(after, Sample::descriptors),
                            median(before, Sample::threads),
                            median(after, Sample::threads)));
        }

        /** Whether the process did not grow in the second half of its life. */
        boolean isFlat() {
            return residentMibAfter <= residentMibBefore * 1.3 + 64
                    && descriptorsAfter <= descriptorsBefore * 1.25 + 40
                    && threadsAfter <= threadsBefore * 1.25 + 20;
        }
    }

    Resources(Cluster cluster) {
        this.cluster = cluster;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                for (Part part : cluster.parts()) {
                    sample(part.life());
                }
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void sample(Part.@org.jspecify.annotations.Nullable Life life) {
        if (life == null) {
            return;
        }
        try (Stream<Path> descriptors =
                Files.list(Path.of("/proc", Long.toString(life.pid()), "fd"))) {
            List<String> status =
                    Files.readAllLines(Path.of("/proc", Long.toString(life.pid()), "status"));
            var sample =
                    new Sample(
                            number(status, "VmRSS:"),
                            descriptors.count(),
                            number(status, "Threads:"));
            synchronized (this) {
                samples.computeIfAbsent(life, _ -> new ArrayList<>()).add(sample);
            }
        } catch (IOException | java.io.UncheckedIOException _) {
            // it has just ended
        }
    }

    private static long number(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    /** All lives that were long enough. */
    synchronized List<ResourceUse> uses() {
        var uses = new ArrayList<ResourceUse>();
        samples.forEach((life, all) -> ResourceUse.of(life.part(), all).ifPresent(uses::add));
        return uses;
    }

    private static long median(List<Sample> samples, ToLongFunction<Sample> of) {
        return samples.stream()
                .mapToLong(of)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
