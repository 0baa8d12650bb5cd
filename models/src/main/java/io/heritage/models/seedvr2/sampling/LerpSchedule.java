package io.heritage.models.seedvr2.sampling;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The straight path between clean latent (t = 0) and noise (t = 1000), and the times at which it is
 * sampled (docs/spec/seedvr2.md, section 1.6).
 */
public record LerpSchedule(int steps) {
    public static final double LENGTH = 1000;

    private static final double IMAGE_SMALL = 256 * 256;
    private static final double IMAGE_LARGE = 1024 * 1024;
    private static final double VIDEO_SMALL = 256 * 256 * 37;
    private static final double VIDEO_LARGE = 1280.0 * 720 * 145;

    public LerpSchedule {
        if (steps < 1) {
            throw new IllegalArgumentException("%d sampling steps, at least 1".formatted(steps));
        }
    }

    /** Falling, from 1000; one network evaluation each. */
    public double[] timesteps() {
        return IntStream.range(0, steps)
                .mapToDouble(k -> LENGTH * (1 - (double) k / steps))
                .toArray();
    }

    /**
     * The timestep of the conditioning noise, moved to later times for larger clips. The released
     * pipeline uses it at 0 only, where it changes nothing.
     *
     * @param frames latent frames
     * @param height of the latent
     * @param width of the latent
     */
    public static double forSize(double timestep, int frames, int height, int width) {
        double shift = shift(frames, height, width);
        double u = timestep / LENGTH;
        return LENGTH * shift * u / (1 + (shift - 1) * u);
    }

    static double shift(int frames, int height, int width) {
        double area = 64.0 * height * width;
        int pixelFrames = (frames - 1) * 4 + 1;
        return pixelFrames == 1
                ? line(area, IMAGE_SMALL, 1, IMAGE_LARGE, 3.2)
                : line(area * pixelFrames, VIDEO_SMALL, 1, VIDEO_LARGE, 5);
    }

    private static double line(double x, double x0, double y0, double x1, double y1) {
        return y0 + (x - x0) * (y1 - y0) / (x1 - x0);
    }

    @Override
    public String toString() {
        return Arrays.toString(timesteps());
    }
}
