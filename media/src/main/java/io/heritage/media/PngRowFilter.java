package io.heritage.media;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * PNG's row prediction (PNG specification, section 9): computes the row's difference to its left,
 * upper and Paeth neighbour and keeps the one with the smallest sum of absolute differences. Rows
 * begin with three zero bytes here, so the first pixel needs no case of its own.
 */
final class PngRowFilter {

    private static final int PIXEL = 3;
    private static final byte SUB = 1;
    private static final byte UP = 2;
    private static final byte PAETH = 4;

    private final int rowBytes;
    private byte[] above;
    private byte[] row;
    private final byte[] sub;
    private final byte[] up;
    private final byte[] paeth;

    PngRowFilter(int rowBytes) {
        this.rowBytes = rowBytes;
        above = new byte[PIXEL + rowBytes];
        row = new byte[PIXEL + rowBytes];
        sub = new byte[rowBytes];
        up = new byte[rowBytes];
        paeth = new byte[rowBytes];
    }

    int rowBytes() {
        return rowBytes;
    }

    /** Begins a picture: the row above its first is black. */
    void begin() {
        Arrays.fill(row, (byte) 0);
    }

    /** Writes the filter's number and the filtered row; returns their bytes. */
    int next(ByteBuffer pixels, int offset, byte[] target, int at) {
        byte[] oldest = above;
        above = row;
        row = oldest;
        pixels.get(offset, row, PIXEL, rowBytes);
        subtractLeft(row, sub);
        subtractAbove(row, above, up);
        subtractPaeth(row, above, paeth);
        int subCost = cost(sub);
        int upCost = cost(up);
        int paethCost = cost(paeth);
        byte[] best = paeth;
        target[at] = PAETH;
        if (upCost <= subCost && upCost <= paethCost) {
            best = up;
            target[at] = UP;
        } else if (subCost <= paethCost) {
            best = sub;
            target[at] = SUB;
        }
        System.arraycopy(best, 0, target, at + 1, rowBytes);
        return 1 + rowBytes;
    }

    private static void subtractLeft(byte[] row, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (byte) (row[i + PIXEL] - row[i]);
        }
    }

    private static void subtractAbove(byte[] row, byte[] above, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (byte) (row[i + PIXEL] - above[i + PIXEL]);
        }
    }

    private static void subtractPaeth(byte[] row, byte[] above, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            int left = row[i] & 0xff;
            int upper = above[i + PIXEL] & 0xff;
            int corner = above[i] & 0xff;
            int toLeft = Math.abs(upper - corner);
            int toUpper = Math.abs(left - corner);
            int toCorner = Math.abs(left + upper - 2 * corner);
            int nearer = toUpper <= toCorner ? upper : corner;
            int nearest = toLeft <= toUpper && toLeft <= toCorner ? left : nearer;
            difference[i] = (byte) (row[i + PIXEL] - nearest);
        }
    }

    private static int cost(byte[] difference) {
        int sum = 0;
        for (byte value : difference) {
            sum += Math.abs(value);
        }
        return sum;
    }
}
