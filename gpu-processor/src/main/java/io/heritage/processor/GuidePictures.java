package io.heritage.processor;

import io.heritage.media.RgbFrame;
import io.heritage.media.VideoSize;
import java.io.IOException;
import java.util.Optional;

/**
 * The pictures a video is to begin and, where it is given, to end with, in one size: Wan
 * specification, sections 1.2 and 1.3. Owns the frames.
 */
record GuidePictures(RgbFrame start, Optional<RgbFrame> end) implements AutoCloseable {

    /**
     * @param resolution shorter side in pixels
     * @throws io.heritage.media.MediaRejected naming the picture that cannot be used
     */
    static GuidePictures of(
            Picture start, Optional<Picture> end, int resolution, WorkObserver observer)
            throws IOException {
        if (end.isPresent()) {
            PicturePair pair = PicturePair.of(start, end.get(), resolution, observer);
            return new GuidePictures(pair.first(), Optional.of(pair.last()));
        }
        return new GuidePictures(PicturePair.first(start, resolution, observer), Optional.empty());
    }

    VideoSize size() {
        return PicturePair.sizeOf(start);
    }

    @Override
    public void close() {
        start.close();
        end.ifPresent(RgbFrame::close);
    }
}
