package io.heritage.media;

import java.nio.ByteBuffer;

/**
 * Transformation of stored pixels to the upright picture: the eight values of EXIF tag 274, in
 * order.
 */
public enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    HALF_TURN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_TURN_CLOCKWISE(true, false, true),
    TRANSVERSED(true, true, true),
    QUARTER_TURN_COUNTERCLOCKWISE(true, true, false);

    /**
     * Side of the square blocks in which a turned picture is copied: 64 rows of 192 bytes stay in
     * the first cache.
     */
    private static final int BLOCK = 64;

    private final boolean swapsSides;
    private final boolean fromRight;
    private final boolean fromBottom;

    /**
     * @param swapsSides the stored columns become rows
     * @param fromRight the stored columns are read from the right
     * @param fromBottom the stored rows are read from the bottom
     */
    Orientation(boolean swapsSides, boolean fromRight, boolean fromBottom) {
        this.swapsSides = swapsSides;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** The orientation of an EXIF value; values outside 1 to 8 mean upright. */
    public static Orientation ofExif(int value) {
        return value < 1 || value > 8 ? UPRIGHT : values()[value - 1];
    }

    /**
     * The orientation nearest to a video's display matrix.
     *
     * @param matrix {@code [a b u, c d v, x y w]}: a stored pixel (p, q) is shown at (a p + c q, b
     *     p + d q)
     */
    static Orientation ofDisplayMatrix(int[] matrix) {
        int a = matrix[0];
        int b = matrix[1];
        int c = matrix[3];
        int d = matrix[4];
        boolean swaps = Math.abs((long) b) > Math.abs((long) a);
        return of(swaps, (swaps ? b : a) < 0, (swaps ? c : d) < 0);
    }

    private static Orientation of(boolean swapsSides, boolean fromRight, boolean fromBottom) {
        for (Orientation orientation : values()) {
            if (orientation.swapsSides == swapsSides
                    && orientation.fromRight == fromRight
                    && orientation.fromBottom == fromBottom) {
                return orientation;
            }
        }
        throw new AssertionError("the eight orientations are all there are");
    }

    /** This orientation followed by a quarter turn. */
    Orientation turnedCounterclockwise() {
        return of(!swapsSides, swapsSides == fromRight, swapsSides != fromBottom);
    }

    /**
     * This orientation followed by a mirror.
     *
     * @param leftRight swaps left and right, else top and bottom
     */
    Orientation mirrored(boolean leftRight) {
        return leftRight != swapsSides
                ? of(swapsSides, !fromRight, fromBottom)
                : of(swapsSides, fromRight, !fromBottom);
    }

    /** Whether width and height are swapped. */
    public boolean swapsSides() {
        return swapsSides;
    }

    /** Copies the stored pixels upright into a frame that has the upright size. */
    void apply(RgbFrame stored, RgbFrame upright) {
        int width = upright.width();
        int height = upright.height();
        if (width != (swapsSides ? stored.height() : stored.width())
                || height != (swapsSides ? stored.width() : stored.height())) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d does not fit into %dx%d after %s"
                            .formatted(stored.width(), stored.height(), width, height, this));
        }
        ByteBuffer from = stored.pixels();
        ByteBuffer to = upright.pixels();
        int pixel = stored.pixelBytes();
        int column = (fromRight ? -1 : 1) * pixel;
        int row = (fromBottom ? -1 : 1) * stored.width() * pixel;
        int origin =
                ((fromRight ? stored.width() - 1 : 0)
                                + (fromBottom ? stored.height() - 1 : 0) * stored.width())
                        * pixel;
        int acrossStep = swapsSides ? row : column;
        int downStep = swapsSides ? column : row;
        for (int top = 0; top < height; top += BLOCK) {
            int bottom = Math.min(height, top + BLOCK);
            for (int left = 0; left < width; left += BLOCK) {
                int right = Math.min(width, left + BLOCK);
                for (int y = top; y < bottom; y++) {
                    int source = origin + y * downStep + left * acrossStep;
                    int target = (y * width + left) * pixel;
                    for (int x = left; x < right; x++, source += acrossStep, target += pixel) {
                        for (int i = 0; i < pixel; i++) {
                            to.put(target + i, from.get(source + i));
                        }
                    }
                }
            }
        }
    }

    /** Offset in the stored picture of the pixel at an upright place. */
    int storedIndex(int x, int y, int storedWidth, int storedHeight) {
        int column = swapsSides ? y : x;
        int row = swapsSides ? x : y;
        return (fromBottom ? storedHeight - 1 - row : row) * storedWidth
                + (fromRight ? storedWidth - 1 - column : column);
    }
}
