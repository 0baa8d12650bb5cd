package io.heritage.processor.interpolate;

import io.heritage.media.Rational;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.util.Optional;

/**
 * Facts about a finished video.
 *
 * @param framesRead frames of the input
 * @param sceneCuts cuts between scenes, across which nothing was blended
 * @param bitDepth of the samples that were written
 * @param encoder FFmpeg's name of what encoded it; empty for pictures
 * @param notes how the video was read
 */
public record VideoSummary(
        FrameSize size,
        Rational frameRate,
        long framesRead,
        long framesWritten,
        long sceneCuts,
        int bitDepth,
        Optional<String> encoder,
        VideoNotes notes) {}
