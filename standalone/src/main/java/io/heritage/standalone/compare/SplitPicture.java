package io.heritage.standalone.compare;

import io.heritage.media.RgbFrame;
import java.nio.ByteBuffer;

/** Both frames in one picture. */
final class SplitPicture {
    private static final int LINE = 2;
    private static final byte WHITE = (byte) 0xff;

    /** Frames in which the divider moves there and back. */
    private static final int PERIOD = 96;

    private SplitPicture() {}

    /**
     * The left of one and the right of the other, with a white line between; the caller closes it.
     *
     * @param share of the first, 0 to 1
     */
    static RgbFrame wipe(RgbFrame one, RgbFrame other, double share) {
        RgbFrame both = RgbFrame.allocate(one.width(), one.height());
        int divider = (int) Math.round(share * one.width());
        ByteBuffer to = both.pixels();
        for (int y = 0; y < one.height(); y++) {
            int row = 3 * y * one.width();
            to.put(row, one.pixels(), row, 3 * divider);
            int rest = 3 * (one.width() - divider);
            to.put(row + 3 * divider, other.pixels(), row + 3 * divider, rest);
            for (int x = Math.max(0, divider - LINE / 2);
                    x < Math.min(one.width(), divider + LINE / 2);
                    x++) {
                to.put(row + 3 * x, WHITE).put(row + 3 * x + 1, WHITE).put(row + 3 * x + 2, WHITE);
            }
        }
        return both;
    }

    /** Position of a video's divider, which begins in the middle. */
    static double share(long frame) {
        return 0.5 + 0.5 * Math.sin(2 * Math.PI * frame / PERIOD);
    }

    /** Both side by side; the caller closes the result. */
    static RgbFrame sideBySide(RgbFrame one, RgbFrame other) {
        RgbFrame both = RgbFrame.allocate(2 * one.width(), one.height());
        ByteBuffer to = both.pixels();
        int row = 3 * one.width();
        for (int y = 0; y < one.height(); y++) {
            to.put(2 * y * row, one.pixels(), y * row, row);
            to.put(2 * y * row + row, other.pixels(), y * row, row);
        }
        return both;
    }
}
