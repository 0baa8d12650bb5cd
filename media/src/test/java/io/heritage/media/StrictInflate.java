package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Unpacks deflate bit by bit, as RFC 1951 tells it; refuses prefix codes with room left. */
final class StrictInflate {

    private static final int[] ORDER = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    private static final int MOST = 15;

    private static final int[] UNUSED = {1, 1};

    private final byte[] in;
    private byte[] out = new byte[1 << 16];
    private int length;
    private int bit;
    private int longestCode;

    StrictInflate(byte[] in, int from) {
        this.in = in;
        bit = 8 * from;
        boolean last = false;
        while (!last) {
            last = bits(1) == 1;
            switch (bits(2)) {
                case 0 -> stored();
                case 1 -> coded(fixed(), lengths(32, 5));
                case 2 -> dynamic();
                default -> throw new AssertionError("no type of block before bit " + bit);
            }
        }
    }

    byte[] content() {
        return Arrays.copyOf(out, length);
    }

    /** The byte behind the last block. */
    int end() {
        return (bit + 7) / 8;
    }

    /** Bits of the longest code of a block with codes of its own. */
    int longestCode() {
        return longestCode;
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            int word = bit >> 3 < in.length ? in[bit >> 3] : 0;
            value |= (word >> (bit & 7) & 1) << i;
        }
        return value;
    }

    private void stored() {
        bit = bit + 7 & ~7;
        int bytes = bits(16);
        assertThat(bits(16)).isEqualTo(bytes ^ 0xffff);
        for (int i = 0; i < bytes; i++) {
            write(in[bit / 8 + i]);
        }
        bit += 8 * bytes;
    }

    private static int[] lengths(int symbols, int length) {
        int[] lengths = new int[symbols];
        Arrays.fill(lengths, length);
        return lengths;
    }

    private static int[] fixed() {
        int[] lengths = lengths(288, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        return lengths;
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int[] ofLengths = new int[19];
        int told = bits(4) + 4;
        for (int i = 0; i < told; i++) {
            ofLengths[ORDER[i]] = bits(3);
        }
        Code code = new Code(ofLengths);
        int[] all = new int[literals + distances];
        for (int i = 0; i < all.length; ) {
            int symbol = code.next();
            int run =
                    switch (symbol) {
                        case 16 -> 3 + bits(2);
                        case 17 -> 3 + bits(3);
                        case 18 -> 11 + bits(7);
                        default -> 1;
                    };
            Arrays.fill(all, i, i + run, symbol < 16 ? symbol : symbol == 16 ? all[i - 1] : 0);
            i += run;
        }
        longestCode = Math.max(longestCode, Arrays.stream(all).max().orElse(0));
        coded(Arrays.copyOf(all, literals), Arrays.copyOfRange(all, literals, all.length));
    }

    private void coded(int[] literals, int[] distances) {
        Code literal = new Code(literals);
        // A single distance of one bit never comes, and leaves room.
        Code distance = new Code(Arrays.stream(distances).sum() == 1 ? UNUSED : distances);
        for (int symbol = literal.next(); symbol != 256; symbol = literal.next()) {
            if (symbol < 256) {
                write((byte) symbol);
            } else {
                repeat(repeated(symbol), distance(distance.next()));
            }
        }
    }

    private int repeated(int symbol) {
        if (symbol < 265 || symbol == 285) {
            return symbol == 285 ? 258 : symbol - 254;
        }
        int extra = (symbol - 261) / 4;
        return 3 + ((4 + (symbol - 265) % 4) << extra) + bits(extra);
    }

    private int distance(int symbol) {
        int extra = Math.max(0, symbol / 2 - 1);
        return 1 + (symbol < 2 ? symbol : (2 + symbol % 2 << extra) + bits(extra));
    }

    private void repeat(int bytes, int distance) {
        for (int i = 0; i < bytes; i++) {
            write(out[length - distance]);
        }
    }

    private void write(byte value) {
        if (length == out.length) {
            out = Arrays.copyOf(out, 2 * length);
        }
        out[length++] = value;
    }

    /** A canonical code: by the next 15 bits, the symbol and its length. */
    private final class Code {
        private final short[] symbols = new short[1 << MOST];
        private final byte[] lengths = new byte[1 << MOST];

        Code(int[] ofSymbols) {
            int code = 0;
            for (int length = 1; length <= MOST; length++) {
                code <<= 1;
                for (int symbol = 0; symbol < ofSymbols.length; symbol++) {
                    if (ofSymbols[symbol] == length) {
                        enter(code++, length, symbol);
                    }
                }
            }
            assertThat(code).as("a code that is complete").isEqualTo(1 << MOST);
        }

        private void enter(int code, int length, int symbol) {
            int first = Integer.reverse(code) >>> Integer.SIZE - length;
            for (int i = first; i < 1 << MOST; i += 1 << length) {
                symbols[i] = (short) symbol;
                lengths[i] = (byte) length;
            }
        }

        int next() {
            int at = bit;
            int ahead = bits(MOST);
            bit = at + lengths[ahead];
            return symbols[ahead];
        }
    }
}
