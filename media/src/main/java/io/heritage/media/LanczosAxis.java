package io.heritage.media;

import java.util.Arrays;

/**
 * The Lanczos-3 weights of one axis of a resize: for every output, the inputs that it sums.
 * docs/spec/wan22.md, section 1.3.
 */
final class LanczosAxis {

    private static final int LOBES = 3;

    /** 255 times a sum of weights of at most 2 (with negative lobes) stays below 2^31. */
    private static final int FRACTION_BITS = 22;

    private static final int HALF = 1 << (FRACTION_BITS - 1);

    private final int inputs;
    private final int[] firstTap;
    private final int[][] weights;

    private LanczosAxis(int inputs, int[] firstTap, int[][] weights) {
        this.inputs = inputs;
        this.firstTap = firstTap;
        this.weights = weights;
    }

    static LanczosAxis of(int inputs, int outputs) {
        double scale = (double) inputs / outputs;
        double filterScale = Math.max(scale, 1);
        double support = LOBES * filterScale;
        int[] firstTap = new int[outputs];
        int[][] weights = new int[outputs][];
        for (int i = 0; i < outputs; i++) {
            double centre = (i + 0.5) * scale;
            int from = inputs == outputs ? i : Math.max(0, (int) (centre - support + 0.5));
            int to = inputs == outputs ? i + 1 : Math.min(inputs, (int) (centre + support + 0.5));
            firstTap[i] = from;
            weights[i] = weights(from, to, centre, filterScale);
        }
        return new LanczosAxis(inputs, firstTap, weights);
    }

    private static int[] weights(int from, int to, double centre, double filterScale) {
        double[] exact = new double[to - from];
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
            exact[k] = lanczos((k + from - centre + 0.5) / filterScale);
            sum += exact[k];
        }
        int[] fixed = new int[exact.length];
        for (int k = 0; k < exact.length; k++) {
            fixed[k] = (int) Math.rint(exact[k] / sum * (1 << FRACTION_BITS));
        }
        return fixed;
    }

    private static double lanczos(double t) {
        return Math.abs(t) < LOBES ? sinc(t) * sinc(t / LOBES) : 0;
    }

    private static double sinc(double t) {
        return t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    }

    int outputs() {
        return firstTap.length;
    }

    int firstTap(int output) {
        return firstTap[output];
    }

    int taps(int output) {
        return weights[output].length;
    }

    private boolean changesNothing() {
        return inputs == firstTap.length;
    }

    /**
     * Filters one RGB row of {@code inputs} pixels to 8 bit values, which are kept as shorts for
     * the next pass.
     */
    void filterRow(byte[] row, short[] filtered, int at) {
        if (changesNothing()) {
            for (int i = 0; i < row.length; i++) {
                filtered[at + i] = (short) (row[i] & 0xff);
            }
            return;
        }
        for (int i = 0, out = at; i < firstTap.length; i++, out += 3) {
            int[] weight = weights[i];
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            for (int k = 0, in = firstTap[i] * 3; k < weight.length; k++, in += 3) {
                int w = weight[k];
                red += w * (row[in] & 0xff);
                green += w * (row[in + 1] & 0xff);
                blue += w * (row[in + 2] & 0xff);
            }
            filtered[out] = (short) clip(red);
            filtered[out + 1] = (short) clip(green);
            filtered[out + 2] = (short) clip(blue);
        }
    }

    /**
     * Sums whole rows to one output row.
     *
     * @param rows consecutive filtered rows, the first of which is input {@code firstRow}
     * @param sums scratch of a row's length
     */
    void filterColumns(int output, short[] rows, int firstRow, int[] sums, byte[] row) {
        Arrays.fill(sums, HALF);
        int[] weight = weights[output];
        int start = (firstTap[output] - firstRow) * sums.length;
        for (int k = 0; k < weight.length; k++, start += sums.length) {
            addWeighted(sums, rows, start, weight[k]);
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (byte) clip(sums[i]);
        }
    }

    /** A separate loop, so that the compiler vectorises it. */
    private static void addWeighted(int[] sums, short[] rows, int start, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * rows[start + i];
        }
    }

    private static int clip(int sum) {
        return Math.clamp(sum >> FRACTION_BITS, 0, 255);
    }
}
