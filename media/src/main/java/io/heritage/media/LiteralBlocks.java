package io.heritage.media;

import java.util.Arrays;

/**
 * Deflate blocks (RFC 1951, section 3.2) without matches: each byte is a literal in a prefix code
 * made for its block, or the block is stored if no code is shorter. For noise-like data, where
 * searching for matches gains nothing, several times as fast as zlib. One thread.
 */
final class LiteralBlocks {

    private static final int STORED = 0;
    private static final int FIXED = 1;
    private static final int DYNAMIC = 2;
    private static final int END = 256;
    private static final int LITERALS = END + 1;

    /** Four codes and a part of a byte fit a long. */
    private static final int LONGEST = 14;

    private static final int LONGEST_OF_LENGTHS = 7;
    private static final int MOST_STORED = 0xffff;
    private static final int REPEAT = 16;
    private static final int FEW_ZEROS = 17;
    private static final int MANY_ZEROS = 18;

    /** RFC 1951, section 3.2.7. */
    private static final int[] ORDER_OF_LENGTHS = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    /** A block's head has at most this many bytes. */
    private static final int HEAD_BYTES = 320;

    private final int[][] counters = new int[4][256];
    private final int[] counts = new int[LITERALS];
    private final PrefixCode literals = new PrefixCode(LITERALS, LONGEST);
    private final PrefixCode lengths = new PrefixCode(19, LONGEST_OF_LENGTHS);
    private final int[] lengthCounts = new int[19];

    /** Encoded code lengths: symbol in the low bits, above it the number that follows. */
    private final int[] told = new int[LITERALS + 1];

    private int toldCount;

    /** Adds the bytes as a block that is not the last. */
    void write(byte[] data, int bytes, DeflateBits out) {
        out.ensure(bytes + HEAD_BYTES);
        count(data, bytes);
        literals.fit(counts);
        if (literals.bits(counts) / 8 + HEAD_BYTES / 4 >= bytes) {
            writeStored(data, bytes, out);
            return;
        }
        out.put(DYNAMIC << 1, 3);
        writeLengths(out);
        out.putAll(data, 0, bytes, literals.codes());
        out.put(PrefixCode.code(literals.codes()[END]), literals.length(END));
    }

    /** An empty block up to a byte's end, where they do not end there. */
    static void align(DeflateBits out) {
        out.ensure(HEAD_BYTES);
        if (!out.isAligned()) {
            beginStored(0, out);
        }
    }

    /** An empty block that is the last, and zeros up to a byte's end. */
    static void finish(DeflateBits out) {
        out.ensure(HEAD_BYTES);
        out.put(FIXED << 1 | 1, 3);
        out.put(0, 7);
        out.align();
    }

    private static void writeStored(byte[] data, int bytes, DeflateBits out) {
        for (int from = 0; from < bytes; from += MOST_STORED) {
            int length = Math.min(MOST_STORED, bytes - from);
            beginStored(length, out);
            out.putBytes(data, from, length);
        }
    }

    private static void beginStored(int bytes, DeflateBits out) {
        out.put(STORED << 1, 3);
        out.align();
        out.put(bytes, 16);
        out.put(~bytes & 0xffff, 16);
    }

    /** Counts neighbouring bytes in different arrays, because they are often equal. */
    private void count(byte[] data, int bytes) {
        int[] a = counters[0];
        int[] b = counters[1];
        int[] c = counters[2];
        int[] d = counters[3];
        int i = 0;
        for (; i < bytes - 3; i += 4) {
            a[data[i] & 0xff]++;
            b[data[i + 1] & 0xff]++;
            c[data[i + 2] & 0xff]++;
            d[data[i + 3] & 0xff]++;
        }
        for (; i < bytes; i++) {
            a[data[i] & 0xff]++;
        }
        for (int value = 0; value < END; value++) {
            counts[value] = a[value] + b[value] + c[value] + d[value];
        }
        counts[END] = 1;
        for (int[] counter : counters) {
            Arrays.fill(counter, 0);
        }
    }

    /**
     * The code itself, RFC 1951, section 3.2.7: lengths of the literals' codes and of one distance,
     * which never comes but has to have a code.
     */
    private void writeLengths(DeflateBits out) {
        tellLengths();
        lengths.fit(lengthCounts);
        int ordered = ORDER_OF_LENGTHS.length;
        while (lengths.length(ORDER_OF_LENGTHS[ordered - 1]) == 0) {
            ordered--;
        }
        out.put(LITERALS - 257, 5);
        out.put(0, 5);
        out.put(ordered - 4, 4);
        for (int i = 0; i < ordered; i++) {
            out.put(lengths.length(ORDER_OF_LENGTHS[i]), 3);
        }
        for (int i = 0; i < toldCount; i++) {
            int symbol = told[i] & 31;
            out.put(PrefixCode.code(lengths.codes()[symbol]), lengths.length(symbol));
            out.put(told[i] >> 5, extraBits(symbol));
        }
    }

    private static int extraBits(int symbol) {
        return switch (symbol) {
            case REPEAT -> 2;
            case FEW_ZEROS -> 3;
            case MANY_ZEROS -> 7;
            default -> 0;
        };
    }

    private void tellLengths() {
        toldCount = 0;
        Arrays.fill(lengthCounts, 0);
        for (int symbol = 0; symbol <= LITERALS; ) {
            int length = lengthAt(symbol);
            int run = 1;
            while (symbol + run <= LITERALS && lengthAt(symbol + run) == length) {
                run++;
            }
            symbol += run;
            tellRun(length, run);
        }
    }

    /** The literals' lengths, and behind them the distance's. */
    private int lengthAt(int symbol) {
        return symbol == LITERALS ? 1 : literals.length(symbol);
    }

    private void tellRun(int length, int run) {
        int left = run;
        if (length != 0) {
            tell(length, 0);
            left--;
        }
        while (left > 0) {
            int step = 1;
            if (length == 0 && left >= 11) {
                step = Math.min(left, 138);
                tell(MANY_ZEROS, step - 11);
            } else if (length == 0 && left >= 3) {
                step = left;
                tell(FEW_ZEROS, step - 3);
            } else if (left >= 3) {
                step = Math.min(left, 6);
                tell(REPEAT, step - 3);
            } else {
                tell(length, 0);
            }
            left -= step;
        }
    }

    private void tell(int symbol, int extra) {
        told[toldCount++] = extra << 5 | symbol;
        lengthCounts[symbol]++;
    }
}
