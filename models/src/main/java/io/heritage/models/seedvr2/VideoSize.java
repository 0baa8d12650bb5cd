package io.heritage.models.seedvr2;

/** Size of frames in pixels. */
public record VideoSize(int height, int width) {
    /** Pixels of a latent position, and of the crop. */
    public static final int SPATIAL_FACTOR = 8;

    public static final int TEMPORAL_FACTOR = 4;

    /** Two latent positions are one token. */
    private static final int MULTIPLE = 2 * SPATIAL_FACTOR;

    public VideoSize {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("frames of %d x %d".formatted(width, height));
        }
    }

    /**
     * The size of the same shape with as many pixels as {@code resHeight * resWidth} (spec 1.1).
     */
    public VideoSize scaledToArea(int resHeight, int resWidth) {
        double scale =
                Math.sqrt(
                        Math.pow(Math.sqrt((double) resHeight * resWidth), 2)
                                / ((double) height * width));
        return new VideoSize(
                Math.max(1, (int) Math.rint(height * scale)),
                Math.max(1, (int) Math.rint(width * scale)));
    }

    /** The port's rule: the shorter edge, then at most so long an edge (0: any). */
    public VideoSize scaledToShortEdge(int shortEdge, int longestEdge) {
        boolean upright = height >= width;
        int longEdge =
                (int) ((double) shortEdge * Math.max(height, width) / Math.min(height, width));
        var scaled =
                upright ? new VideoSize(longEdge, shortEdge) : new VideoSize(shortEdge, longEdge);
        if (longestEdge <= 0 || longEdge <= longestEdge) {
            return scaled;
        }
        double factor = (double) longestEdge / longEdge;
        return new VideoSize(
                (int) Math.rint(scaled.height * factor), (int) Math.rint(scaled.width * factor));
    }

    /**
     * The largest multiples of 16 inside.
     *
     * @throws IllegalArgumentException if an edge is shorter than 16
     */
    public VideoSize cropped() {
        if (Math.min(height, width) < MULTIPLE) {
            throw new IllegalArgumentException(
                    "frames of %s are too small, both edges must have at least %d pixels"
                            .formatted(this, MULTIPLE));
        }
        return new VideoSize(height - height % MULTIPLE, width - width % MULTIPLE);
    }

    /** The smallest multiples of 16 around. */
    public VideoSize padded() {
        return new VideoSize(
                Math.ceilDiv(height, MULTIPLE) * MULTIPLE,
                Math.ceilDiv(width, MULTIPLE) * MULTIPLE);
    }

    /** The next even size inside. */
    public VideoSize even() {
        return new VideoSize(height - height % 2, width - width % 2);
    }

    /** First row of the centre crop; half a row goes to the even side. */
    int topOf(VideoSize crop) {
        return (int) Math.rint((height - crop.height) / 2.0);
    }

    int leftOf(VideoSize crop) {
        return (int) Math.rint((width - crop.width) / 2.0);
    }

    public long pixels() {
        return (long) height * width;
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
