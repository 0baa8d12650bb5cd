package io.heritage.processor;

import io.heritage.media.ImageResampler;
import io.heritage.media.MediaRejected;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoSize;
import java.io.IOException;

/**
 * Two pictures in one size, which the first decides: Wan specification, sections 1.2 and 1.3. Owns
 * both frames.
 */
record PicturePair(RgbFrame first, RgbFrame last) implements AutoCloseable {

    /**
     * Decodes one after the other, so that only one is in memory in its full size.
     *
     * @param resolution shorter side in pixels
     * @throws MediaRejected naming the picture that cannot be used
     */
    static PicturePair of(Picture start, Picture end, int resolution, WorkObserver observer)
            throws IOException {
        ImageResampler resampler = new ImageResampler();
        RgbFrame first;
        observer.checkpoint();
        try (RgbFrame full = decode(start)) {
            first = resampler.fit(full, sizeOf(start, full, resolution));
        }
        observer.checkpoint();
        try (RgbFrame full = decode(end)) {
            sizeOf(end, full, resolution);
            VideoSize size = new VideoSize(first.width(), first.height());
            return new PicturePair(first, resampler.fit(full, size));
        } catch (IOException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    private static RgbFrame decode(Picture picture) throws IOException {
        try {
            return picture.source().decode();
        } catch (MediaRejected e) {
            throw e.of(picture.name());
        }
    }

    private static VideoSize sizeOf(Picture picture, RgbFrame full, int resolution) {
        try {
            return VideoSize.shorterSide(full.width(), full.height(), resolution);
        } catch (MediaRejected e) {
            throw e.of(picture.name());
        }
    }

    VideoSize size() {
        return new VideoSize(first.width(), first.height());
    }

    @Override
    public void close() {
        first.close();
        last.close();
    }
}
