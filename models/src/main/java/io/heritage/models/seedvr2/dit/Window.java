package io.heritage.models.seedvr2.dit;

/** Tokens that attend to each other; ends are exclusive. */
public record Window(int t0, int t1, int h0, int h1, int w0, int w1) {
    /** Sizes of a window. */
    public record Extent(int t, int h, int w) {
        public int tokens() {
            return t * h * w;
        }
    }

    public Extent extent() {
        return new Extent(t1 - t0, h1 - h0, w1 - w0);
    }
}
