package io.heritage.media;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * PNG's row prediction (PNG specification, section 9): computes the row's difference to its left,
 * upper and average neighbour and keeps the one with the smallest sum of absolute differences. Rows
 * begin with a pixel of zeros here, so the first pixel needs no case of its own.
 */
final class PngRowFilter {

    private static final int PAD = 4;
    private static final byte SUB = 1;
    private static final byte UP = 2;
    private static final byte AVERAGE = 3;

    private final int rowBytes;
    private final int pixel;
    private byte[] above;
    private byte[] row;
    private final byte[] sub;
    private final byte[] up;
    private final byte[] average;
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
    }

    /** Writes the filter's number and the filtered row; returns their bytes. */
    int next(ByteBuffer pixels, int offset, byte[] target, int at) {
        byte[] oldest = above;
        above = row;
        row = oldest;
        pixels.get(offset, row, PAD, rowBytes);
        subtractLeft(row, PAD - pixel, sub);
        subtractAbove(row, above, up);
        subtractAverage(row, PAD - pixel, above, average);
        int subCost = cost(sub);
        int upCost = cost(up);
        int averageCost = cost(average);
        byte[] best = average;
        target[at] = AVERAGE;
        cost = Math.min(averageCost, Math.min(subCost, upCost));
        if (upCost <= subCost && upCost <= averageCost) {
            best = up;
            target[at] = UP;
        } else if (subCost <= averageCost) {
            best = sub;
            target[at] = SUB;
        }
        System.arraycopy(best, 0, target, at + 1, rowBytes);
        return 1 + rowBytes;
    }

    /** The last row's sum of absolute differences. */
    int cost() {
        return cost;
    }

    /**
     * @param left where the pixel to the left of the first one begins
     */
    private static void subtractLeft(byte[] row, int left, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (byte) (row[i + PAD] - row[i + left]);
        }
    }

    private static void subtractAbove(byte[] row, byte[] above, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            difference[i] = (byte) (row[i + PAD] - above[i + PAD]);
        }
    }

    private static void subtractAverage(byte[] row, int left, byte[] above, byte[] difference) {
        for (int i = 0; i < difference.length; i++) {
            int average = ((row[i + left] & 0xff) + (above[i + PAD] & 0xff)) >> 1;
            difference[i] = (byte) (row[i + PAD] - average);
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
