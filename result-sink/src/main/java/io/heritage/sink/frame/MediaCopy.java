package io.heritage.sink.frame;

import io.heritage.media.FrameFinder;
import io.heritage.media.TemporaryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Media in a temporary file, without their reference, which may have a thousand pieces. Users and
 * time are guarded by {@link MediaCopies}.
 */
final class MediaCopy {
    private static final int BLOCK = 256 << 10;

    private final long bytes;
    private @Nullable Path file;
    private @Nullable FrameFinder finder;
    private volatile long heapBytes;

    int users;
    long usedAt;

    /**
     * @param bytes of the media
     */
    MediaCopy(long bytes) {
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    /** Heap bytes, once it is made. */
    long heapBytes() {
        return heapBytes;
    }

    /** Made by the first caller; others wait for it. */
    synchronized FrameFinder finder(Opening media, BooleanSupplier stop)
            throws IOException, TimeoutException {
        FrameFinder known = finder;
        return known == null ? make(media, stop) : known;
    }

    private FrameFinder make(Opening media, BooleanSupplier stop)
            throws IOException, TimeoutException {
        Path copied = TemporaryFiles.ofThisProcess().newFile(".frames");
        boolean whole = false;
        try (InputStream in = media.open();
                OutputStream out = Files.newOutputStream(copied)) {
            copy(in, out, stop);
            var made = FrameFinder.of(copied, FramePictures.LIMITS);
            file = copied;
            finder = made;
            heapBytes = made.heapBytes();
            whole = true;
            return made;
        } finally {
            if (!whole) {
                Files.deleteIfExists(copied);
            }
        }
    }

    /** Source of the media. */
    @FunctionalInterface
    interface Opening {
        InputStream open() throws IOException;
    }

    private static void copy(InputStream in, OutputStream out, BooleanSupplier stop)
            throws IOException, TimeoutException {
        byte[] block = new byte[BLOCK];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            if (stop.getAsBoolean()) {
                throw new TimeoutException("copying media was stopped");
            }
            out.write(block, 0, read);
        }
    }

    synchronized void delete() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
