package io.heritage.processor.interpolate;

import io.heritage.media.Rational;

/**
 * The requested frames between two image files.
 *
 * @param resolution shorter side of the frames in pixels
 * @param frames in all, the two images included
 * @param frameRate if they are written as a video
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
