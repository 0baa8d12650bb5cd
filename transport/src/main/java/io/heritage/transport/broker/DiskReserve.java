package io.heritage.transport.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A file that reserves disk space, to be deleted when the disk is full. */
final class DiskReserve {
    static final int BYTES = 32 << 20;

    private static final int BLOCK = 1 << 20;

    private final Path file;

    DiskReserve(Path file) {
        this.file = file;
    }

    /**
     * Writes the file if it is missing. The bytes are random, because a compressing file system
     * would reserve nothing for zeros.
     *
     * @throws IOException if there is no room; then it takes none
     */
    void keep() throws IOException {
        if (Files.exists(file) && Files.size(file) == BYTES) {
            return;
        }
        byte[] block = new byte[BLOCK];
        new Random(BYTES).nextBytes(block);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int written = 0; written < BYTES; written += BLOCK) {
                out.write(block);
            }
        } catch (IOException e) {
            giveBack();
            throw e;
        }
    }

    void giveBack() throws IOException {
        Files.deleteIfExists(file);
    }
}
