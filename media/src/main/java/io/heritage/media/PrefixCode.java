package io.heritage.media;

import java.util.Arrays;

/**
 * Prefix codes for deflate (RFC 1951, section 3.2.2): code lengths from the symbols' frequencies,
 * limited in length (a truncated Huffman tree), and from the lengths the codes. Arrays are made
 * once. One thread.
 */
final class PrefixCode {

    private static final int LENGTH_BITS = 4;
    private static final int SYMBOL_BITS = 9;
    private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;

    private final int limit;
    private final int[] lengths;
    private final int[] codes;
    private final long[] sorted;
    private final long[] weights;
    private final int[] parents;
    private final int[] ofLength = new int[16];

    /**
     * @param symbols at most 512
     * @param limit bits of the longest code, at most 15
     */
    PrefixCode(int symbols, int limit) {
        this.limit = limit;
        lengths = new int[symbols];
        codes = new int[symbols];
        sorted = new long[symbols];
        weights = new long[2 * symbols];
        parents = new int[2 * symbols];
    }

    /**
     * Makes the code for these counts.
     *
     * @param counts by symbol; at least two are not 0
     */
    void fit(int[] counts) {
        int used = sort(counts);
        measureDepths(used);
        cutToLimit();
        assignLengths(used);
        assignCodes();
    }

    /** Bits of the symbol's code, 0 if it does not occur. */
    int length(int symbol) {
        return lengths[symbol];
    }

    /** By symbol: its code, first bit lowest, times 16, plus its length. */
    int[] codes() {
        return codes;
    }

    static int code(int entry) {
        return entry >>> LENGTH_BITS;
    }

    /** Bits of all symbols together. */
    long bits(int[] counts) {
        long bits = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            bits += (long) counts[symbol] * lengths[symbol];
        }
        return bits;
    }

    private int sort(int[] counts) {
        int used = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (counts[symbol] > 0) {
                sorted[used++] = (long) counts[symbol] << SYMBOL_BITS | symbol;
            }
        }
        Arrays.sort(sorted, 0, used);
        return used;
    }

    /** Huffman's tree over the sorted counts; inner nodes come out sorted as well. */
    private void measureDepths(int used) {
        int nodes = 2 * used - 1;
        for (int i = 0; i < used; i++) {
            weights[i] = sorted[i] >> SYMBOL_BITS;
        }
        int leaf = 0;
        int inner = used;
        for (int node = used; node < nodes; node++) {
            weights[node] = 0;
            for (int child = 0; child < 2; child++) {
                boolean takeLeaf =
                        leaf < used && (inner >= node || weights[leaf] <= weights[inner]);
                int lightest = takeLeaf ? leaf++ : inner++;
                weights[node] += weights[lightest];
                parents[lightest] = node;
            }
        }
        Arrays.fill(ofLength, 0);
        depthsFromRoot(used, nodes);
    }

    /** Converts parents to depths. */
    private void depthsFromRoot(int used, int nodes) {
        parents[nodes - 1] = 0;
        for (int node = nodes - 2; node >= 0; node--) {
            parents[node] = parents[parents[node]] + 1;
            if (node < used) {
                ofLength[Math.min(parents[node], limit)]++;
            }
        }
    }

    /**
     * Codes that were cut to the limit take more room than there is. Each step gives one of them a
     * place below a shorter code, which makes room for exactly one, so that the code stays
     * complete.
     */
    private void cutToLimit() {
        int room = 0;
        for (int length = 1; length <= limit; length++) {
            room += ofLength[length] << limit - length;
        }
        for (; room > 1 << limit; room--) {
            int shorter = limit - 1;
            while (ofLength[shorter] == 0) {
                shorter--;
            }
            ofLength[limit]--;
            ofLength[shorter]--;
            ofLength[shorter + 1] += 2;
        }
    }

    /** The rarest symbols get the longest codes. */
    private void assignLengths(int used) {
        Arrays.fill(lengths, 0);
        int next = 0;
        for (int length = limit; length > 0; length--) {
            for (int i = 0; i < ofLength[length]; i++) {
                lengths[(int) sorted[next++] & SYMBOL_MASK] = length;
            }
        }
        assert next == used;
    }

    private void assignCodes() {
        int[] next = new int[limit + 1];
        for (int length = 1; length < limit; length++) {
            next[length + 1] = next[length] + ofLength[length] << 1;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            int code = length == 0 ? 0 : Integer.reverse(next[length]++) >>> Integer.SIZE - length;
            codes[symbol] = code << LENGTH_BITS | length;
        }
    }
}
