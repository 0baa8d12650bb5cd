package io.heritage.media;

/** Width and height of a picture or video in pixels. */
public record VideoSize(int width, int height) {

    /**
     * The longest side over the shortest that a job accepts: cost grows with the square of the
     * longer side.
     */
    public static final int MAX_ASPECT = 4;

    private static final int STEP = 16;

    public VideoSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "a size of %dx%d is not possible".formatted(width, height));
        }
    }

    /**
     * The size a job computes at: the shorter side becomes {@code resolution}, the aspect stays,
     * both sides are rounded (half to even) and then cut down to a multiple of 16. spec/wan22.md,
     * section 1.2.
     *
     * @throws MediaRejected if one side is more than four times the other
     */
    public static VideoSize shorterSide(int width, int height, int resolution) {
        int shorter = Math.min(width, height);
        if (Math.max(width, height) > (long) MAX_ASPECT * shorter) {
            throw new MediaRejected(
                    "%dx%d pixels are more than %d:1, crop the picture to %d:1 or less"
                            .formatted(width, height, MAX_ASPECT, MAX_ASPECT));
        }
        return new VideoSize(side(width, shorter, resolution), side(height, shorter, resolution));
    }

    private static int side(int side, int shorter, int resolution) {
        return STEP * (int) (Math.rint((double) side / shorter * resolution) / STEP);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
