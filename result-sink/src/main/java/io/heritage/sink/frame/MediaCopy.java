package io.heritage.sink.frame;

import io.heritage.media.FrameFinder;
import io.heritage.media.TemporaryFiles;
import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Media in a temporary file. Users and time are guarded by {@link MediaCopies}. */
final class MediaCopy {
    private static final int BLOCK = 256 << 10;

    private final MediaRef ref;
    private @Nullable Path file;
    private @Nullable FrameFinder finder;

    int users;
    long usedAt;

    MediaCopy(MediaRef ref) {
        this.ref = ref;
    }

    long bytes() {
        return ref.bytes();
    }

    /** Made by the first who asks; others wait for him. */
    synchronized FrameFinder finder(Opening media, BooleanSupplier stop)
            throws IOException, TimeoutException {
        FrameFinder known = finder;
        return known == null ? make(media, stop) : known;
    }

    private FrameFinder make(Opening media, BooleanSupplier stop)
            throws IOException, TimeoutException {
        Path copied = TemporaryFiles.ofThisProcess().newFile(".frames");
        boolean whole = false;
        try (InputStream in = media.open(ref);
                OutputStream out = Files.newOutputStream(copied)) {
            copy(in, out, stop);
            var made = FrameFinder.of(copied, FramePictures.LIMITS);
            file = copied;
            finder = made;
            whole = true;
            return made;
        } finally {
            if (!whole) {
                Files.deleteIfExists(copied);
            }
        }
    }

    /** Where media come from. */
    @FunctionalInterface
    interface Opening {
        InputStream open(MediaRef ref) throws IOException;
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
