package io.heritage.standalone.compare;

import io.heritage.media.AlphaPlane;
import io.heritage.media.RgbFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** In what two files differ, frame after frame, A being the first of them. */
final class Differences {
    /** Files of some formats tell times in milliseconds, so that equal ones may be 1 ms apart. */
    private static final double SAME_TIME = 0.002;

    private long frames;
    private long unequal;
    private String sizes = "";
    private String times = "";
    private String more = "";
    private double firstOfA;
    private double firstOfB;

    /**
     * The next frame of both, as they are in their files.
     *
     * @param meanSquare of the differences of their samples, resized if need be
     */
    void frame(RgbFrame a, RgbFrame b, double meanSquare) {
        boolean sameSize = a.width() == b.width() && a.height() == b.height();
        if (!sameSize && sizes.isEmpty()) {
            sizes =
                    "A is %dx%d and B %dx%d"
                            .formatted(a.width(), a.height(), b.width(), b.height());
        }
        if (meanSquare > 0) {
            unequal++;
        }
        frames++;
    }

    /**
     * Before {@link #frame}: when it is shown, in seconds from the start of each file. Only the
     * distance from the first frame counts.
     */
    void times(double a, double b) {
        if (frames == 0) {
            firstOfA = a;
            firstOfB = b;
        }
        double shownA = a - firstOfA;
        double shownB = b - firstOfB;
        if (times.isEmpty() && Math.abs(shownA - shownB) > SAME_TIME) {
            times = "frame %d is at %.3f s in A and %.3f s in B".formatted(frames, shownA, shownB);
        }
    }

    /** Compares the transparency of two pictures. */
    void alpha(Optional<AlphaPlane> a, Optional<AlphaPlane> b) {
        if (!a.equals(b)) {
            more = "the transparency differs";
        }
    }

    /**
     * After the last frame that both have.
     *
     * @param count of these frames
     */
    void ends(long count, boolean endOfA, boolean endOfB) {
        if (endOfA != endOfB) {
            more =
                    "%s ends after %d frames and %s is longer"
                            .formatted(endOfA ? "A" : "B", count, endOfA ? "B" : "A");
        }
    }

    /** In words; empty if they are equal. */
    List<String> list() {
        List<String> all = new ArrayList<>();
        if (unequal > 0) {
            all.add("%d of %d frames differ".formatted(unequal, frames));
        }
        for (String each : List.of(sizes, times, more)) {
            if (!each.isEmpty()) {
                all.add(each);
            }
        }
        return all;
    }
}
