package io.heritage.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bits in deflate's order (RFC 1951, section 3.1.1): the first is the lowest of its byte. */
final class DeflateBits {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[1 << 10];
    private int length;
    private long pending;
    private int pendingBits;

    /** Discards all bits. */
    void reset() {
        length = 0;
        pending = 0;
        pendingBits = 0;
    }

    /** Ensures room for more bytes. */
    void ensure(int more) {
        if (bytes.length - length < more + Long.BYTES) {
            bytes = Arrays.copyOf(bytes, length + more + 2 * Long.BYTES);
        }
    }

    /** At most 32 bits, within the room. */
    void put(long value, int bits) {
        pending |= value << pendingBits;
        pendingBits += bits;
        LONG.set(bytes, length, pending);
        length += pendingBits >>> 3;
        pending >>>= pendingBits & 0x38;
        pendingBits &= 7;
    }

    /**
     * The codes of bytes, within the room.
     *
     * @param codes {@link PrefixCode#codes()}, none longer than 14 bits
     */
    void putAll(byte[] symbols, int from, int to, int[] codes) {
        byte[] target = bytes;
        int at = length;
        long bits = pending;
        int count = pendingBits;
        int i = from;
        for (; i < to - 3; i += 4) {
            int a = codes[symbols[i] & 0xff];
            int b = codes[symbols[i + 1] & 0xff];
            int c = codes[symbols[i + 2] & 0xff];
            int d = codes[symbols[i + 3] & 0xff];
            int lengthOfA = a & 15;
            int lengthOfC = c & 15;
            int lengthOfAb = lengthOfA + (b & 15);
            long ab = a >>> 4 | (long) (b >>> 4) << lengthOfA;
            long cd = c >>> 4 | (long) (d >>> 4) << lengthOfC;
            bits |= (ab | cd << lengthOfAb) << count;
            count += lengthOfAb + lengthOfC + (d & 15);
            LONG.set(target, at, bits);
            at += count >>> 3;
            bits >>>= count & 0x38;
            count &= 7;
        }
        length = at;
        pending = bits;
        pendingBits = count;
        for (; i < to; i++) {
            int code = codes[symbols[i] & 0xff];
            put(code >>> 4, code & 15);
        }
    }

    /** Zeros up to the next byte. */
    void align() {
        put(0, -pendingBits & 7);
    }

    boolean isAligned() {
        return pendingBits == 0;
    }

    /** Whole bytes, at a byte's begin and within the room. */
    void putBytes(byte[] source, int from, int count) {
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Number of complete bytes. */
    int length() {
        return length;
    }

    /** Removes the complete bytes; the bits after them stay. */
    void taken() {
        length = 0;
    }
}
