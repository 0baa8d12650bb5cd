package io.heritage.standalone.download;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a file so far: {@code NAME.part} beside the target, with its hash, and in {@code
 * NAME.part.version} of which version it is a part. One process at a time holds it.
 */
final class PartFile implements AutoCloseable {
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
     * A part of the same version is gone on with, any other is begun anew.
     *
     * @param wanted empty: no two parts are known to be of one version
     * @throws PullFailed if another process is at it
     */
    static PartFile open(Path target, String wanted, DownloadProgress progress)
            throws IOException, InterruptedException {
        RandomAccessFile file = locked(target);
        try {
            var part = new PartFile(target, file);
            if (!wanted.isEmpty() && wanted.equals(recorded(target))) {
                part.readBack(progress);
            } else {
                part.restart();
                Files.writeString(part.version, wanted);
            }
            return part;
        } catch (IOException | InterruptedException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** How much is there of that version. */
    static long bytesOf(Path target, String wanted) throws IOException {
        Path part = partOf(target);
        boolean same = !wanted.isEmpty() && wanted.equals(recorded(target));
        return same && Files.isRegularFile(part) ? Files.size(part) : 0;
    }

    private static Path partOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    private static Path versionOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".part.version");
    }

    private static @Nullable String recorded(Path target) throws IOException {
        Path version = versionOf(target);
        return Files.isRegularFile(version) ? Files.readString(version) : null;
    }

    private static RandomAccessFile locked(Path target) throws IOException {
        var file = new RandomAccessFile(partOf(target).toFile(), "rw");
        try {
            FileLock lock = file.getChannel().tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            return file;
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new PullFailed(partOf(target) + " is being written by another process");
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
        file.close();
        Files.deleteIfExists(part);
        Files.deleteIfExists(version);
    }

    /** Leaves what is there, to be gone on with. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
