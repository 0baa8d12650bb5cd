package io.heritage.standalone.download;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Incremental SHA-256. */
final class RunningHash {
    private static final int BLOCK = 1 << 20;

    private final MessageDigest digest;
    private long bytes;

    RunningHash() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    long bytes() {
        return bytes;
    }

    void add(byte[] block, int count) {
        digest.update(block, 0, count);
        bytes += count;
    }

    /**
     * Adds all that a stream still has.
     *
     * @param total for the progress
     */
    void addAll(InputStream in, String doing, long total, DownloadProgress progress)
            throws IOException, InterruptedException {
        byte[] block = new byte[BLOCK];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            add(block, read);
            progress.report(doing, bytes, total);
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while reading back");
            }
        }
    }

    void reset() {
        digest.reset();
        bytes = 0;
    }

    /** Lower-case hexadecimal; no bytes may be added afterwards. */
    String finish() {
        bytes = 0;
        return HexFormat.of().formatHex(digest.digest());
    }
}
