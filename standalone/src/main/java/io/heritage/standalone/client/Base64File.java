package io.heritage.standalone.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/** A stream's bytes as base64 text, encoded while it is read. */
final class Base64File extends InputStream {
    /** Divisible by 3, so that padding comes only at the end. */
    private static final int BLOCK = 3 * 16 * 1024;

    private final InputStream in;
    private byte[] encoded = {};
    private int position;
    private boolean ended;

    Base64File(InputStream in) {
        this.in = in;
    }

    static long encodedLength(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    @Override
    public int read() throws IOException {
        return fill() ? encoded[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, encoded.length - position);
        System.arraycopy(encoded, position, into, offset, count);
        position += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (position == encoded.length && !ended) {
            byte[] block = in.readNBytes(BLOCK);
            ended = block.length < BLOCK;
            encoded = Base64.getEncoder().encode(block);
            position = 0;
        }
        return position < encoded.length;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
