package io.heritage.processor.interpolate;

import io.heritage.models.wan.WanFiles;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes of model files, computed once on separate threads. A job waits for them only if it ends
 * first.
 */
final class FileHashes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileHashes.class);
    private static final int THREADS = 2;
    private static final int MILLIS_BETWEEN_CHECKPOINTS = 50;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().daemon().name("hash-", 0).factory());
    private final List<Future<WanFiles.HashedFile>> origins = new ArrayList<>();

    /** Begins hashing at once. */
    FileHashes(List<Path> files) {
        for (Path file : files) {
            origins.add(threads.submit(() -> origin(file)));
        }
        threads.shutdown();
    }

    /** A file that is gone or unreadable has no hash; a model loaded from it still works. */
    private static WanFiles.HashedFile origin(Path file) {
        try {
            return WanFiles.hashed(file);
        } catch (UncheckedIOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("cannot hash model file");
            return new WanFiles.HashedFile(String.valueOf(file.getFileName()), "");
        }
    }

    /**
     * In the order of the files; a hash may be empty.
     *
     * @throws WorkStopped while it waits
     */
    List<WanFiles.HashedFile> await(WorkObserver observer) throws IOException {
        try {
            do {
                observer.checkpoint();
            } while (!threads.awaitTermination(MILLIS_BETWEEN_CHECKPOINTS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            var interrupted = new InterruptedIOException("interrupted while files are hashed");
            interrupted.initCause(e);
            throw interrupted;
        }
        return origins.stream().map(Future::resultNow).toList();
    }

    /** Stops reading. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
