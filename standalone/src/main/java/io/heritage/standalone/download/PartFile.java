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
 * What has come of a file so far: {@code NAME.part} beside the target, with its hash, and in {@code
 * NAME.part.version} of which version it is a part. One process at a time holds it; others wait.
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
     * A part of the same version is gone on with, any other is begun anew. Waits while another
     * process holds it.
     *
     * @param wanted empty: no two parts are known to be of one version
     * @param total bytes of the whole file, for the progress; 0 if unknown
     * @param patience how long the other process may bring nothing
     * @return empty if another process has put the file into its place
     * @throws PullFailed if the other process has brought nothing for so long
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

    /** How much is there of that version. */
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
     * Null if another process holds it. What was opened here may have been moved to its place or
     * removed meanwhile, so a lock counts only while the name is still that file's.
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

    /** What tells a file from another one of the same name; null if there is none. */
    private static @Nullable Object keyOf(Path part) throws IOException {
        try {
            Object key = Files.readAttributes(part, BasicFileAttributes.class).fileKey();
            return key == null ? part : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The hash of what is there is needed to go on with it. */
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
     * @throws PullFailed if the disk does not take it
     */
    void append(byte[] block, int count) throws PullFailed {
        try {
            file.write(block, 0, count);
        } catch (IOException e) {
            throw new PullFailed("cannot write %s: %s".formatted(part, e.getMessage()), e);
        }
        hash.add(block, count);
    }

    /** Begins with the first byte again. */
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
        // Its lock is held until the name is gone: another pull would take up what is installed.
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(version);
        file.close();
    }

    void delete() throws IOException {
        // Its lock is held until the names are gone: another pull would lose what it begins.
        Files.deleteIfExists(part);
        Files.deleteIfExists(version);
        file.close();
    }

    /** Leaves what is there, to be gone on with. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
