package io.heritage.standalone.services;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares the machine's resources with what the whole service needs.
 *
 * @param freeDiskBytes of the disk with the data folder
 * @param memoryBytes of the machine, or of the container this process runs in
 * @param fileDescriptors that this process may have open
 */
public record HostCheck(long freeDiskBytes, long memoryBytes, long fileDescriptors) {
    private static final long DISK_BYTES = 1_200_000_000;
    private static final long MEMORY_BYTES = 1L << 30;
    private static final long DESCRIPTORS = 4096;

    /** Kafka cannot start with less. */
    private static final long LEAST_DISK_BYTES = 64_000_000;

    /**
     * @param data created if missing
     * @throws CannotStart if nothing can be written there
     */
    public static HostCheck of(Path data) throws CannotStart {
        requireWritable(data);
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try {
            return new HostCheck(
                    Files.getFileStore(data).getUsableSpace(),
                    system.getTotalMemorySize(),
                    system.getMaxFileDescriptorCount());
        } catch (IOException e) {
            throw new CannotStart("the data folder %s cannot be used: %s".formatted(data, e), e);
        }
    }

    static void requireWritable(Path data) throws CannotStart {
        try {
            Files.createDirectories(data.toAbsolutePath());
            if (!Files.isWritable(data)) {
                throw new CannotStart(
                        "the data folder %s belongs to %s and cannot be written; choose another with --data"
                                .formatted(data.toAbsolutePath(), Files.getOwner(data)));
            }
        } catch (IOException e) {
            throw new CannotStart(
                    "the data folder %s cannot be created: %s; choose another with --data"
                            .formatted(data.toAbsolutePath(), e),
                    e);
        }
    }

    /**
     * @throws CannotStart if the disk is full
     */
    public void requireDisk(Path data) throws CannotStart {
        if (freeDiskBytes < LEAST_DISK_BYTES) {
            throw new CannotStart(
                    "the disk of the data folder %s is full: %d MB are free, at least %d MB are needed"
                            .formatted(
                                    data.toAbsolutePath(),
                                    freeDiskBytes / 1_000_000,
                                    LEAST_DISK_BYTES / 1_000_000));
        }
    }

    /** Why the system may kill jobs; empty if there is enough memory. */
    public Optional<String> missingForJobs() {
        return memoryBytes < MEMORY_BYTES
                ? Optional.of(
                        "jobs may be killed for lack of memory: %d MiB are available, they need at least %d MiB"
                                .formatted(memoryBytes >> 20, MEMORY_BYTES >> 20))
                : Optional.empty();
    }

    /** A line for each scarce resource. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (freeDiskBytes < DISK_BYTES) {
            warnings.add(
                    "little disk space: %.1f GB are free for jobs and results, %.1f GB are recommended"
                            .formatted(freeDiskBytes / 1e9, DISK_BYTES / 1e9));
        }
        if (memoryBytes < MEMORY_BYTES) {
            warnings.add(
                    "little memory: %d MiB, jobs need at least %d MiB"
                            .formatted(memoryBytes >> 20, MEMORY_BYTES >> 20));
        }
        if (fileDescriptors < DESCRIPTORS) {
            warnings.add(
                    "few file descriptors: %d, %d are recommended (ulimit -n)"
                            .formatted(fileDescriptors, DESCRIPTORS));
        }
        return warnings;
    }
}
