package io.heritage.models.wan.vae;

/**
 * Operations of a video, counted from the shapes of the network: two for each multiplication and
 * addition of convolutions and attention.
 *
 * @param encode of all frames; those that are left out as steady are counted too
 */
public record VaeFlops(long encode, long decode) {
    private static final long[] TIMES = {1, 2, 4, 4};
    private static final int CUBE = 27;
    private static final int PLANE = 9;
    private static final int TIME = 3;
    private static final int POINT = 1;
    private static final int RGB = 3;

    /**
     * @param frames of the video, 4n + 1
     */
    public static VaeFlops of(WanVaeLayout layout, int frames, int height, int width) {
        var levels = new Levels(layout, frames, height, width);
        return new VaeFlops(levels.encoder(), levels.decoder());
    }

    /** Levels of the network, full resolution first; the last two halve time as well. */
    private record Levels(WanVaeLayout layout, int frames, int height, int width) {
        private static final int LAST = 3;

        long encoder() {
            long sum = conv(positions(0), RGB, channels(0), CUBE);
            for (int level = 0; level <= LAST; level++) {
                long in = channels(Math.max(level - 1, 0));
                sum += residuals(level, in, 2);
                if (level < LAST) {
                    long c = channels(level);
                    sum += conv(framesAt(level) * pixels(level + 1), c, c, PLANE);
                    // the first frame passes
                    long halved = level == 0 ? 0 : framesAt(level + 1) - 1;
                    sum += conv(halved * pixels(level + 1), c, c, TIME);
                }
            }
            long latent = 2 * layout.latent();
            return sum
                    + middle()
                    + conv(positions(LAST), channels(LAST), latent, CUBE)
                    + conv(positions(LAST), latent, latent, POINT);
        }

        long decoder() {
            long latent = layout.latent();
            long sum =
                    conv(positions(LAST), latent, latent, POINT)
                            + conv(positions(LAST), latent, channels(LAST), CUBE)
                            + middle();
            long in = channels(LAST);
            for (int level = LAST; level >= 0; level--) {
                sum += residuals(level, in, RGB);
                long c = channels(level);
                if (level > 0) {
                    long doubled = level == 1 ? 0 : framesAt(level) - 1;
                    sum += conv(doubled * pixels(level), c, 2 * c, TIME);
                    sum += conv(framesAt(level - 1) * pixels(level - 1), c, c / 2, PLANE);
                }
                in = c / 2;
            }
            return sum + conv(positions(0), channels(0), RGB, CUBE);
        }

        private long residuals(int level, long in, int count) {
            long c = channels(level);
            long first = conv(positions(level), in, c, CUBE) + conv(positions(level), c, c, CUBE);
            long shortcut = in == c ? 0 : conv(positions(level), in, c, POINT);
            return first + shortcut + (count - 1) * 2 * conv(positions(level), c, c, CUBE);
        }

        private long middle() {
            long c = channels(LAST);
            long attention = 4 * pixels(LAST) * pixels(LAST) * c * framesAt(LAST);
            return residuals(LAST, c, 2) + attention + 4 * conv(positions(LAST), c, c, POINT);
        }

        private static long conv(long positions, long in, long out, int taps) {
            return 2 * taps * in * out * positions;
        }

        private long channels(int level) {
            return layout.width() * TIMES[level];
        }

        private long positions(int level) {
            return framesAt(level) * pixels(level);
        }

        private long pixels(int level) {
            return (long) (height >> level) * (width >> level);
        }

        private long framesAt(int level) {
            return ((frames - 1) >> Math.max(0, level - 1)) + 1;
        }
    }
}
