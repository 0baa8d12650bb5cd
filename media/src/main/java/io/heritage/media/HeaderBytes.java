package io.heritage.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads numbers at offsets of the available bytes, and reports if the header is longer. */
final class HeaderBytes {

    /** The header is longer than the bytes at hand. */
    static final class CutOff extends Exception {
        CutOff() {
            super("the header is longer than the bytes at hand", null, false, false);
        }
    }

    private final ByteBuffer bytes;
    private final ByteBuffer littleEndian;

    /** Reads the bytes from position to limit; the position stays. */
    HeaderBytes(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.BIG_ENDIAN);
        this.littleEndian = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int length() {
        return bytes.limit();
    }

    HeaderBytes from(long offset) throws CutOff {
        require(offset, 0);
        return new HeaderBytes(bytes.slice((int) offset, bytes.limit() - (int) offset));
    }

    /** {@code length} bytes from an offset. */
    HeaderBytes slice(long offset, long length) throws CutOff {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new CutOff();
        }
        require(offset, (int) length);
        return new HeaderBytes(bytes.slice((int) offset, (int) length));
    }

    /** A big-endian number of 0 to 8 bytes. */
    long number(long offset, int size) throws CutOff {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | u8(offset + i);
        }
        return value;
    }

    /** All bytes, from position 0. */
    ByteBuffer buffer() {
        return bytes.duplicate();
    }

    int u8(long offset) throws CutOff {
        require(offset, 1);
        return bytes.get((int) offset) & 0xff;
    }

    int u16(long offset, boolean little) throws CutOff {
        require(offset, 2);
        return (little ? littleEndian : bytes).getShort((int) offset) & 0xffff;
    }

    int i32(long offset, boolean little) throws CutOff {
        require(offset, 4);
        return (little ? littleEndian : bytes).getInt((int) offset);
    }

    long u32(long offset, boolean little) throws CutOff {
        return i32(offset, little) & 0xffff_ffffL;
    }

    /**
     * True if these characters (Latin 1) stand at the offset; false also where the bytes end
     * before.
     */
    boolean has(long offset, String characters) {
        if (offset < 0 || offset > bytes.limit() - characters.length()) {
            return false;
        }
        for (int i = 0; i < characters.length(); i++) {
            if ((bytes.get((int) offset + i) & 0xff) != characters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** At most {@code count} first bytes as Latin 1. */
    String start(int count) {
        byte[] first = new byte[Math.min(count, bytes.limit())];
        bytes.get(0, first);
        return new String(first, StandardCharsets.ISO_8859_1);
    }

    private void require(long offset, int count) throws CutOff {
        if (offset < 0 || offset > bytes.limit() - count) {
            throw new CutOff();
        }
    }
}
