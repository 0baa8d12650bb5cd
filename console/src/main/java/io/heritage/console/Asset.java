package io.heritage.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** A file in memory, uncompressed and compressed. */
final class Asset {
    private final String type;
    private final byte[] bytes;
    private final byte[] gzipped;

    /**
     * @param type as in {@code Content-Type}
     */
    Asset(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
        this.gzipped = type.startsWith("image/jpeg") ? bytes : gzip(bytes);
    }

    String type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] gzipped() {
        return gzipped;
    }

    /** Whether compression saves more than its header costs. */
    boolean isSmallerGzipped() {
        return gzipped.length < bytes.length;
    }

    private static byte[] gzip(byte[] bytes) {
        var buffer = new ByteArrayOutputStream(bytes.length);
        try (var out = new GZIPOutputStream(buffer)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.toByteArray();
    }
}
