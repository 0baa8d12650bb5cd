package io.heritage.standalone.scratch;

import io.heritage.standalone.output.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private folder for temporary files. It is locked as long as its process lives, so the folder of
 * a process that was killed can be told, and is removed when the next one is opened.
 */
public final class ScratchFolder implements AutoCloseable {
    private static final String PREFIX = "run-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;

    private ScratchFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** In the folder for temporary files of this JVM. */
    public static ScratchFolder open() throws IOException {
        return open(
                PrivateFolder.in(
                        Path.of(System.getProperty("java.io.tmpdir")),
                        System.getProperty("user.name")));
    }

    static ScratchFolder open(PrivateFolder base) throws IOException {
        sweep(base.path());
        Path path = Files.createTempDirectory(base.path(), PREFIX);
        FileChannel channel =
                FileChannel.open(
                        path.resolve(LOCK),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("cannot lock " + path);
        }
        return new ScratchFolder(path, channel);
    }

    private static void sweep(Path base) throws IOException {
        List<Path> runs;
        try (Stream<Path> inside = Files.list(base)) {
            runs = inside.filter(path -> path.getFileName().toString().startsWith(PREFIX)).toList();
        }
        for (Path run : runs) {
            removeIfAbandoned(run);
        }
    }

    /** A folder without a lock file is one that another process is just making or removing. */
    private static void removeIfAbandoned(Path run) throws IOException {
        try (FileChannel channel = FileChannel.open(run.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                FileTree.delete(run);
            }
        } catch (OverlappingFileLockException | NoSuchFileException inUse) {
            // This JVM holds it, or it is gone: both are as they should be.
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            FileTree.delete(path);
        }
    }
}
