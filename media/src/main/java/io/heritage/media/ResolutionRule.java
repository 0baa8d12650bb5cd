package io.heritage.media;

import io.heritage.schemas.FrameSize;

/** The size an interpolation computes at. docs/spec/wan22.md, section 1. */
public final class ResolutionRule {
    /** Cost grows with the square of the longer side. */
    private static final int MAX_ASPECT = 4;

    private ResolutionRule() {}

    /**
     * See {@link FrameSize#interpolatedAt}.
     *
     * @throws MediaRejected if one side is more than four times the other
     */
    public static FrameSize sizeAt(int width, int height, int resolution) {
        int shorter = Math.min(width, height);
        if (Math.max(width, height) > (long) MAX_ASPECT * shorter) {
            throw new MediaRejected(
                    "%dx%d pixels are more than %d:1, crop the picture to %d:1 or less"
                            .formatted(width, height, MAX_ASPECT, MAX_ASPECT));
        }
        return new FrameSize(width, height).interpolatedAt(resolution);
    }
}
