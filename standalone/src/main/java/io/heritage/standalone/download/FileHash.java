package io.heritage.standalone.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** SHA-256 of an existing file. */
public final class FileHash {
    private static final int MEGABYTE = 1_000_000;
    private static final int BLOCK = 1 << 20;

    private FileHash() {}

    /** Receives the progress in megabytes. */
    public interface Megabytes {
        void report(String stage, long done, long total);
    }

    /**
     * @return lower-case hexadecimal
     * @throws InterruptedException if the thread was interrupted
     */
    public static String sha256(Path file, Megabytes progress)
            throws IOException, InterruptedException {
        var hash = new RunningHash();
        long total = Files.size(file) / MEGABYTE;
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                hash.add(block, read);
                progress.report("hash", hash.bytes() / MEGABYTE, total);
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while reading " + file);
                }
            }
        }
        return hash.finish();
    }
}
