package io.heritage.models.seedvr2.dit;

import java.util.ArrayList;
import java.util.List;

/**
 * Partition of a token grid into windows (docs/spec/seedvr2.md, section 2.7). A window always
 * covers about the same share of a 1280x720 frame, so there are more of them in larger frames.
 *
 * @param nt windows along time, of at most 30 latent frames
 * @param nh windows along the height of a 1280x720 frame
 * @param nw windows along its width
 */
public record WindowPartition(int nt, int nh, int nw) {
    /** The partition of the released models. */
    public static final WindowPartition RELEASED = new WindowPartition(4, 3, 3);

    /** Tokens of a 1280x720 frame. */
    private static final double REFERENCE_TOKENS = 45 * 80;

    private static final int LONGEST_TIME = 30;

    private record Interval(int from, int to) {}

    /** Odd layers use {@code SHIFTED}. */
    public enum Method {
        REGULAR,
        SHIFTED;

        public static Method ofLayer(int index) {
            return index % 2 == 0 ? REGULAR : SHIFTED;
        }
    }

    /** The windows with time fastest, then height, then width. */
    public List<Window> windows(TokenGrid grid, Method method) {
        double scale = Math.sqrt(REFERENCE_TOKENS / ((double) grid.h() * grid.w()));
        int wt = Math.ceilDiv(Math.min(grid.t(), LONGEST_TIME), nt);
        int wh = Math.ceilDiv((int) Math.rint(grid.h() * scale), nh);
        int ww = Math.ceilDiv((int) Math.rint(grid.w() * scale), nw);
        List<Window> windows = new ArrayList<>();
        for (Interval w : spans(grid.w(), ww, method)) {
            for (Interval h : spans(grid.h(), wh, method)) {
                for (Interval t : spans(grid.t(), wt, method)) {
                    windows.add(new Window(t.from, t.to, h.from, h.to, w.from, w.to));
                }
            }
        }
        return windows;
    }

    private static List<Interval> spans(int length, int window, Method method) {
        List<Interval> spans = new ArrayList<>();
        boolean shifted = method == Method.SHIFTED && window < length;
        int to = shifted ? window / 2 : Math.min(window, length);
        for (int from = 0; from < length; ) {
            if (to > from) {
                spans.add(new Interval(from, to));
            }
            from = to;
            to = Math.min(to + window, length);
        }
        return spans;
    }
}
