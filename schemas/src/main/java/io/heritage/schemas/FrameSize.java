package io.heritage.schemas;

/** Width and height of a picture, a frame or a video in pixels. */
public record FrameSize(int width, int height) {
    /** Both networks take frames whose sides are multiples of this. */
    public static final int MULTIPLE = 16;

    public FrameSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "a size of %dx%d is not possible".formatted(width, height));
        }
    }

    /** The size of the same aspect ratio with as many pixels as {@code resWidth * resHeight}. */
    public FrameSize scaledToArea(int resWidth, int resHeight) {
        double scale =
                Math.sqrt(
                        Math.pow(Math.sqrt((double) resHeight * resWidth), 2)
                                / ((double) height * width));
        return new FrameSize(
                Math.max(1, (int) Math.rint(width * scale)),
                Math.max(1, (int) Math.rint(height * scale)));
    }

    /**
     * The size of the same aspect ratio with this shorter edge.
     *
     * @param longestEdge the longer edge, at most; 0 for any
     */
    public FrameSize scaledToShortEdge(int shortEdge, int longestEdge) {
        boolean upright = height >= width;
        int longEdge =
                (int) ((double) shortEdge * Math.max(height, width) / Math.min(height, width));
        var scaled =
                upright ? new FrameSize(shortEdge, longEdge) : new FrameSize(longEdge, shortEdge);
        if (longestEdge <= 0 || longEdge <= longestEdge) {
            return scaled;
        }
        double factor = (double) longestEdge / longEdge;
        return new FrameSize(
                (int) Math.rint(scaled.width * factor), (int) Math.rint(scaled.height * factor));
    }

    /**
     * The size an interpolation computes at (docs/spec/wan22.md, section 1): the shorter side
     * becomes {@code resolution}, the aspect ratio stays, both sides are rounded (half to even) and
     * then cut down to a multiple of {@value #MULTIPLE}.
     */
    public FrameSize interpolatedAt(int resolution) {
        int shorter = Math.min(width, height);
        return new FrameSize(
                interpolated(width, shorter, resolution),
                interpolated(height, shorter, resolution));
    }

    private static int interpolated(int side, int shorter, int resolution) {
        return MULTIPLE * (int) (Math.rint((double) side / shorter * resolution) / MULTIPLE);
    }

    /**
     * Each side cut down to a multiple of {@value #MULTIPLE}.
     *
     * @throws IllegalArgumentException if a side is shorter than that
     */
    public FrameSize cropped() {
        if (Math.min(height, width) < MULTIPLE) {
            throw new IllegalArgumentException(
                    "frames of %s are too small, both edges must have at least %d pixels"
                            .formatted(this, MULTIPLE));
        }
        return new FrameSize(width - width % MULTIPLE, height - height % MULTIPLE);
    }

    /** Each side extended to a multiple of {@value #MULTIPLE}. */
    public FrameSize padded() {
        return new FrameSize(
                Math.ceilDiv(width, MULTIPLE) * MULTIPLE,
                Math.ceilDiv(height, MULTIPLE) * MULTIPLE);
    }

    /** Each side cut down to an even number. */
    public FrameSize even() {
        return new FrameSize(width - width % 2, height - height % 2);
    }

    /** First row of the centre crop; half a row goes to the even side. */
    public int topOf(FrameSize crop) {
        return (int) Math.rint((height - crop.height) / 2.0);
    }

    /** First column of the centre crop; half a column goes to the even side. */
    public int leftOf(FrameSize crop) {
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
