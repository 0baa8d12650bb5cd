package io.heritage.processor.interpolate;

import io.heritage.media.Rational;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;

/**
 * What became of a video or of pictures that were written as one.
 *
 * @param framesRead of the input
 * @param sceneCuts neighbours that were not blended
 * @param bitDepth of the samples that were written
 */
public record VideoSummary(
        FrameSize size,
        Rational frameRate,
        long framesRead,
        long framesWritten,
        long sceneCuts,
        int bitDepth,
        VideoNotes notes) {}
