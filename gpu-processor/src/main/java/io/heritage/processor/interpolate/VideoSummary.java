package io.heritage.processor.interpolate;

import io.heritage.media.Rational;
import io.heritage.schemas.FrameSize;

/**
 * Facts about a video that was made.
 *
 * @param framesRead frames of the input
 * @param sceneCuts cuts between scenes, across which nothing was blended
 */
public record VideoSummary(
        FrameSize size, Rational frameRate, long framesRead, long framesWritten, long sceneCuts) {}
