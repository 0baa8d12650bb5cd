package io.heritage.processor.interpolate;

import io.heritage.media.RgbFrame;
import io.heritage.models.wan.InterpolationRequest;
import io.heritage.processor.job.WorkObserver;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.VideoRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The images that a video begins with and, if there is one, ends with, in one size:
 * docs/spec/wan22.md, sections 1.2 and 1.3. Owns the frames.
 */
record Keyframes(RgbFrame start, Optional<RgbFrame> end) implements AutoCloseable {

    /**
     * @param resolution shorter side in pixels
     * @throws io.heritage.media.MediaRejected naming the image that cannot be used
     */
    static Keyframes of(Picture start, Optional<Picture> end, int resolution, WorkObserver observer)
            throws IOException {
        if (end.isPresent()) {
            PicturePair pair = PicturePair.of(start, end.get(), resolution, observer);
            return new Keyframes(pair.first(), Optional.of(pair.last()));
        }
        return new Keyframes(PicturePair.first(start, resolution, observer), Optional.empty());
    }

    FrameSize size() {
        return PicturePair.sizeOf(start);
    }

    /**
     * The video that Wan2.2 makes between them: docs/spec/wan22.md, section 1.1.
     *
     * @param seed that {@link VideoRequest#seedToUse} gave
     */
    InterpolationRequest video(VideoRequest request, BigInteger seed) {
        return new InterpolationRequest(
                start.pixels(),
                end.map(RgbFrame::pixels).orElse(null),
                size().width(),
                size().height(),
                InterpolationRequest.framesFor(request.frameLength()),
                request.steps(),
                seed.longValue(),
                request.positivePrompt(),
                request.negativePrompt().orElse(InterpolationRequest.DEFAULT_NEGATIVE_PROMPT),
                request.interpolation());
    }

    @Override
    public void close() {
        start.close();
        end.ifPresent(RgbFrame::close);
    }
}
