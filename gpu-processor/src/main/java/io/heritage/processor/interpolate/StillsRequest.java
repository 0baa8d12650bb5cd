package io.heritage.processor.interpolate;

import io.heritage.media.Rational;

/**
 * The frames between two picture files.
 *
 * @param resolution shorter side of the frames in pixels
 * @param frames in all, the two pictures included
 * @param frameRate of a video made of them
 */
public record StillsRequest(int resolution, int frames, Rational frameRate) {
    public StillsRequest {
        if (resolution < 16 || resolution > 4096) {
            throw new IllegalArgumentException(
                    "resolution: expected 16 to 4096, found " + resolution);
        }
        if (frames < 2) {
            throw new IllegalArgumentException("frames: expected at least 2, found " + frames);
        }
    }
}
