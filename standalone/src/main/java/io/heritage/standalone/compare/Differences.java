package io.heritage.standalone.compare;

import io.heritage.media.AlphaPlane;
import io.heritage.media.RgbFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the differences of two files, frame by frame; A is the first. */
final class Differences {
    /** Some formats store times in milliseconds, so that equal times may differ by 1 ms. */
    private static final double SAME_TIME = 0.002;

    private long frames;
    private long unequal;
    private String sizes = "";
    private String times = "";
    private String more = "";
    private double firstOfA;
    private double firstOfB;

    /**
     * Compares the next frame of both, at the sizes of their files.
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
     * Called before {@link #frame} with its times, in seconds from the start of each file. Only the
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
     * Called after the last frame that both have.
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

    /** The differences in words; empty if the files are equal. */
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
