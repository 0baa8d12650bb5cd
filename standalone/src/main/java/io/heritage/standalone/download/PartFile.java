package io.heritage.standalone.download;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The downloaded part of a file: {@code NAME.part} beside the target, with its hash, and the file's
 * version in {@code NAME.part.version}. One process at a time holds it; others wait.
 */
final class PartFile implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Path target;
    private final Path part;
    private final Path version;

    /** No channel: an interrupt would close it in the middle of a write. */
    private final RandomAccessFile file;

    private final RunningHash hash = new RunningHash();

    private PartFile(Path target, RandomAccessFile file) {
        this.target = target;
        this.part = partOf(target);
        this.version = versionOf(target);
        this.file = file;
    }

    /**
     * Continues a part of the same version, and restarts any other. Waits while another process
     * holds it.
     *
     * @param wanted version; empty if versions cannot be compared
     * @param total bytes of the whole file, for the progress; 0 if unknown
     * @param patience longest time without progress of the other process
     * @return empty if another process has put the file into its place
     * @throws PullFailed if the other process made no progress for that time
     */
    static Optional<PartFile> open(
            Path target, String wanted, long total, Duration patience, DownloadProgress progress)
            throws IOException, InterruptedException {
        RandomAccessFile file = locked(target, total, patience, progress);
        try {
            var part = new PartFile(target, file);
            if (Files.exists(target)) {
                part.delete();
                return Optional.empty();
            }
            if (!wanted.isEmpty() && wanted.equals(recorded(target))) {
                part.readBack(progress);
            } else {
                part.restart();
                Files.writeString(part.version, wanted);
            }
            return Optional.of(part);
        } catch (IOException | InterruptedException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Bytes of that version. */
    static long bytesOf(Path target, String wanted) throws IOException {
        Path part = partOf(target);
        boolean same = !wanted.isEmpty() && wanted.equals(recorded(target));
        return same ? part.toFile().length() : 0;
    }

    private static Path partOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    private static Path versionOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".part.version");
    }

    private static @Nullable String recorded(Path target) throws IOException {
        try {
            return Files.readString(versionOf(target));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static RandomAccessFile locked(
            Path target, long total, Duration patience, DownloadProgress progress)
            throws IOException, InterruptedException {
        Path part = partOf(target);
        RandomAccessFile file = lockedNow(part);
        if (file == null) {
            progress.waiting(String.valueOf(target.getFileName()));
        }
        long seen = -1;
        long moved = System.nanoTime();
        while (file == null) {
            long bytes = part.toFile().length();
            if (bytes != seen) {
                seen = bytes;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > patience.toNanos()) {
                throw new PullFailed(
                        "%s is being written by another process, which has brought nothing for %d s"
                                .formatted(part, patience.toSeconds()));
            }
            progress.report("wait for " + target.getFileName(), bytes, total);
            Thread.sleep(LOOK_EVERY);
            file = lockedNow(part);
        }
        return file;
    }

    /**
     * Null if another process holds it. The opened file may have been moved to its place or removed
     * meanwhile, so a lock counts only while the name still refers to that file.
     */
    private static @Nullable RandomAccessFile lockedNow(Path part) throws IOException {
        while (true) {
            Object before = keyOf(part);
            var file = new RandomAccessFile(part.toFile(), "rw");
            try {
                if (file.getChannel().tryLock() == null) {
                    file.close();
                    return null;
                }
                if (before != null && before.equals(keyOf(part))) {
                    return file;
                }
                file.close();
            } catch (OverlappingFileLockException e) {
                file.close();
                return null;
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        }
    }

    /** Identity of the file behind a name; null if there is none. */
    private static @Nullable Object keyOf(Path part) throws IOException {
        try {
            Object key = Files.readAttributes(part, BasicFileAttributes.class).fileKey();
            return key == null ? part : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Computes the hash of the existing bytes, which is needed to continue. */
    private void readBack(DownloadProgress progress) throws IOException, InterruptedException {
        hash.addAll(
                new FileInputStream(file.getFD()),
                "check " + part.getFileName(),
                file.length(),
                progress);
    }

    long bytes() {
        return hash.bytes();
    }

    /**
     * @throws PullFailed if the bytes cannot be written
     */
    void append(byte[] block, int count) throws PullFailed {
        try {
            file.write(block, 0, count);
        } catch (IOException e) {
            throw new PullFailed("cannot write %s: %s".formatted(part, e.getMessage()), e);
        }
        hash.add(block, count);
    }

    /** Restarts at the first byte. */
    void restart() throws IOException {
        file.setLength(0);
        file.seek(0);
        hash.reset();
    }

    /** Hash of all bytes so far; afterwards nothing can be appended. */
    String sha256OfAll() {
        return hash.finish();
    }

    void moveToTarget() throws IOException {
        file.getFD().sync();
        // The lock is held until the name is gone, or another pull would continue the installed
        // file.
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(version);
        file.close();
    }

    void delete() throws IOException {
        // The lock is held until the names are gone, or another pull would lose its new part.
        Files.deleteIfExists(part);
        Files.deleteIfExists(version);
        file.close();
    }

    /** Keeps the part for a later continuation. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
