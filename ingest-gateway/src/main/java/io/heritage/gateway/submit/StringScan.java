package io.heritage.gateway.submit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the end of runs without special characters in a JSON string, eight bytes at a time. */
final class StringScan {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final int AFTER_QUOTE = '"' + 1;

    private StringScan() {}

    /**
     * Index of the first byte that is a quote, a backslash or below a quote (control characters,
     * blank and {@code !}); {@code end} if there is none.
     */
    static int special(byte[] bytes, int start, int end) {
        int i = start;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long low = (word - EACH * AFTER_QUOTE) & ~word;
            long slashes = word ^ (EACH * '\\');
            long found = (low | ((slashes - EACH) & ~slashes)) & HIGH;
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < end && (bytes[i] > '"' || bytes[i] < 0) && bytes[i] != '\\') {
            i++;
        }
        return i;
    }
}
