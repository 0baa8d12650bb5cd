package io.heritage.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * PNG's row prediction (PNG specification, section 9): a row's difference to its left, upper or
 * average neighbour. Every fourth row all three are computed, and the one with the smallest sum of
 * absolute differences is kept for it and the next three. Rows begin with a pixel of zeros here, so
 * the first pixel needs no case of its own.
 */
final class PngRowFilter {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int PAD = 4;
    private static final byte SUB = 1;
    private static final byte UP = 2;
    private static final byte AVERAGE = 3;

    /** Rows that share one choice of filter. */
    private static final int ROWS = 4;

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long EVEN_BYTES = 0x00ff_00ff_00ff_00ffL;
    private static final long EVEN_SHORTS = 0x0000_ffff_0000_ffffL;

    /** Longs whose bytes' absolute values, at most 128 each, add up to less than a short holds. */
    private static final int LONGS_A_SUM = 128;

    private final int rowBytes;
    private final int pixel;
    private byte[] above;
    private byte[] row;
    private final byte[] sub;
    private final byte[] up;
    private final byte[] average;
    private byte filter;
    private int rowsToGo;
    private int cost;

    /**
     * @param pixel bytes of one
     */
    PngRowFilter(int rowBytes, int pixel) {
        this.rowBytes = rowBytes;
        this.pixel = pixel;
        above = new byte[PAD + rowBytes];
        row = new byte[PAD + rowBytes];
        sub = new byte[rowBytes];
        up = new byte[rowBytes];
        average = new byte[rowBytes];
    }

    int rowBytes() {
        return rowBytes;
    }

    int pixelBytes() {
        return pixel;
    }

    /** Begins a picture: the row above its first is black. */
    void begin() {
        Arrays.fill(row, (byte) 0);
        filter = 0;
        rowsToGo = 0;
    }

    /** Writes the filter's number and the filtered row; returns their bytes. */
    int next(ByteBuffer pixels, int offset, byte[] target, int at) {
        byte[] oldest = above;
        above = row;
        row = oldest;
        pixels.get(offset, row, PAD, rowBytes);
        if (rowsToGo == 0) {
            rowsToGo = filter == 0 ? 1 : ROWS; // the first row, below black, is chosen alone
            choose(target, at + 1);
        } else {
            subtract(target, at + 1);
        }
        rowsToGo--;
        target[at] = filter;
        return 1 + rowBytes;
    }

    /** The sum of absolute differences of the last row for which a filter was chosen. */
    int cost() {
        return cost;
    }

    private void choose(byte[] target, int at) {
        subtractLeft(row, PAD - pixel, sub, 0, rowBytes);
        subtractAbove(row, above, up, 0, rowBytes);
        subtractAverage(row, PAD - pixel, above, average, 0, rowBytes);
        int subCost = cost(sub);
        int upCost = cost(up);
        int averageCost = cost(average);
        byte[] best = average;
        filter = AVERAGE;
        cost = Math.min(averageCost, Math.min(subCost, upCost));
        if (upCost <= subCost && upCost <= averageCost) {
            best = up;
            filter = UP;
        } else if (subCost <= averageCost) {
            best = sub;
            filter = SUB;
        }
        System.arraycopy(best, 0, target, at, rowBytes);
    }

    private void subtract(byte[] target, int at) {
        switch (filter) {
            case SUB -> subtractLeft(row, PAD - pixel, target, at, rowBytes);
            case UP -> subtractAbove(row, above, target, at, rowBytes);
            default -> subtractAverage(row, PAD - pixel, above, target, at, rowBytes);
        }
    }

    /**
     * @param left where the pixel to the left of the first one begins
     */
    private static void subtractLeft(byte[] row, int left, byte[] target, int at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            target[at + i] = (byte) (row[i + PAD] - row[i + left]);
        }
    }

    private static void subtractAbove(byte[] row, byte[] above, byte[] target, int at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            target[at + i] = (byte) (row[i + PAD] - above[i + PAD]);
        }
    }

    private static void subtractAverage(
            byte[] row, int left, byte[] above, byte[] target, int at, int bytes) {
        for (int i = 0; i < bytes; i++) {
            int average = ((row[i + left] & 0xff) + (above[i + PAD] & 0xff)) >> 1;
            target[at + i] = (byte) (row[i + PAD] - average);
        }
    }

    /** The sum of absolute values, eight bytes at a time. */
    private static int cost(byte[] difference) {
        int sum = 0;
        int i = 0;
        while (i <= difference.length - Long.BYTES) {
            int end = Math.min(difference.length - Long.BYTES + 1, i + LONGS_A_SUM * Long.BYTES);
            long shorts = 0;
            for (; i < end; i += Long.BYTES) {
                long bytes = (long) LONG.get(difference, i);
                long negative = bytes >>> 7 & ONES;
                long absolute = (bytes ^ (negative << 8) - negative) + negative;
                shorts += (absolute & EVEN_BYTES) + (absolute >>> 8 & EVEN_BYTES);
            }
            long ints = (shorts & EVEN_SHORTS) + (shorts >>> 16 & EVEN_SHORTS);
            sum += (int) (ints + (ints >>> 32));
        }
        for (; i < difference.length; i++) {
            sum += Math.abs(difference[i]);
        }
        return sum;
    }
}
