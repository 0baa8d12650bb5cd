package io.heritage.standalone.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/** The disk with a sink's copy of the folded states. */
final class StateDisk {
    /** The operating system's message, as in exceptions of Java and of RocksDB. */
    private static final String FULL = "no space left on device";

    /** With less free space, any failure of the start is reported as a full disk. */
    private static final long LEAST_BYTES = 1 << 20;

    private StateDisk() {}

    /**
     * Runs the start and returns its result.
     *
     * @param folder of the states
     * @throws CannotStart if it found the disk full
     */
    static <T> T starting(Path folder, Supplier<T> start) throws CannotStart {
        try {
            return start.get();
        } catch (RuntimeException e) {
            requireRoom(folder, saysFull(e) ? Long.MAX_VALUE : LEAST_BYTES, e);
            throw e;
        }
    }

    private static void requireRoom(Path folder, long bytes, RuntimeException failure)
            throws CannotStart {
        long free = free(folder, failure);
        if (free < bytes) {
            throw new CannotStart(
                    "the disk of the state folder %s is full: %d bytes are free; make room, or choose another with sink.state-dir"
                            .formatted(folder.toAbsolutePath(), free),
                    failure);
        }
    }

    private static boolean saysFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.toLowerCase(Locale.ROOT).contains(FULL)) {
                return true;
            }
        }
        return false;
    }

    /** The nearest existing folder, because the folder itself may not have been created. */
    private static long free(Path folder, RuntimeException failure) throws CannotStart {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw new CannotStart(
                    "the state folder %s cannot be used: %s".formatted(there, e), failure);
        }
    }
}
