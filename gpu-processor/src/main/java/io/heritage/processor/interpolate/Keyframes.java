package io.heritage.processor.interpolate;

import io.heritage.media.RgbFrame;
import io.heritage.processor.job.WorkObserver;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.util.Optional;

/**
 * The pictures a video is to begin and, where it is given, to end with, in one size: Wan
 * specification, sections 1.2 and 1.3. Owns the frames.
 */
record Keyframes(RgbFrame start, Optional<RgbFrame> end) implements AutoCloseable {

    /**
     * @param resolution shorter side in pixels
     * @throws io.heritage.media.MediaRejected naming the picture that cannot be used
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

    @Override
    public void close() {
        start.close();
        end.ifPresent(RgbFrame::close);
    }
}
