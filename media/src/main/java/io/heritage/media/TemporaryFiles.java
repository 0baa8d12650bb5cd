package io.heritage.media;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Temporary files of one process, in a folder {@code heritage-PID-START}. The process locks a file
 * in it, and the kernel releases the lock when the process ends, in whatever way. A folder whose
 * lock is free is abandoned, and the next process removes it. The process id alone would not be
 * enough, because ids are reused, nor would the start time, because clocks are changed. Any thread.
 */
public final class TemporaryFiles implements AutoCloseable {
    private static final String PREFIX = "heritage-";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;

    private TemporaryFiles(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    private static final class OfThisProcess {
        private static final TemporaryFiles INSTANCE = openInTemporaryFolder();

        private static TemporaryFiles openInTemporaryFolder() {
            try {
                TemporaryFiles files = open(Path.of(System.getProperty("java.io.tmpdir")));
                files.folder.toFile().deleteOnExit();
                files.folder.resolve(LOCK).toFile().deleteOnExit();
                return files;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make a folder for temporary files", e);
            }
        }
    }

    /**
     * Temporary files of this process in {@code java.io.tmpdir}. The first call removes folders of
     * killed processes.
     */
    public static TemporaryFiles ofThisProcess() {
        return OfThisProcess.INSTANCE;
    }

    /** A new folder below another one, from which those of ended processes are removed. */
    static TemporaryFiles open(Path parent) throws IOException {
        long start =
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .orElseGet(Instant::now)
                        .toEpochMilli();
        // Locked before it gets its name, so that no process takes it for abandoned.
        Path unnamed = Files.createTempDirectory(parent, ".new-" + PREFIX);
        removeAbandoned(parent, Files.getOwner(unnamed));
        FileChannel lock =
                FileChannel.open(
                        unnamed.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(lock) == null) {
            throw new IOException("cannot lock a new file in " + unnamed);
        }
        Path named = unnamed;
        for (int i = 0; named.equals(unnamed); i++) {
            Path wanted =
                    parent.resolve(
                            PREFIX
                                    + ProcessHandle.current().pid()
                                    + "-"
                                    + start
                                    + (i == 0 ? "" : "-" + i));
            if (!Files.exists(wanted)) {
                named = Files.move(unnamed, wanted);
            }
        }
        return new TemporaryFiles(named, lock);
    }

    /**
     * @param suffix of its name, {@code .part}
     */
    public Path newFile(String suffix) throws IOException {
        return Files.createTempFile(folder, "", suffix);
    }

    /**
     * @param prefix of its name
     */
    public Path newFolder(String prefix) throws IOException {
        return Files.createTempDirectory(folder, prefix);
    }

    Path folder() {
        return folder;
    }

    /**
     * Ignores links and folders of other users: a lock in them may be a link to anything, and
     * opening it is under the other user's control.
     */
    private static void removeAbandoned(Path parent, UserPrincipal me) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> names = Files.list(parent)) {
            names.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(path -> isOf(me, path) && isOf(me, path.resolve(LOCK)))
                    .filter(path -> Files.isRegularFile(path.resolve(LOCK), NOFOLLOW_LINKS))
                    .forEach(found::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path candidate : found) {
            removeIfAbandoned(candidate);
        }
    }

    private static boolean isOf(UserPrincipal me, Path path) {
        try {
            return !Files.isSymbolicLink(path) && Files.getOwner(path, NOFOLLOW_LINKS).equals(me);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void removeIfAbandoned(Path candidate) throws IOException {
        try (FileChannel lock =
                FileChannel.open(candidate.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (tryLock(lock) != null) {
                delete(candidate);
            }
        } catch (NoSuchFileException _) {
            // another process has just removed it
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Removes the folder and its contents. */
    @Override
    public void close() throws IOException {
        try (lock) {
            delete(folder);
        }
    }
}
