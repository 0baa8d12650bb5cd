package io.heritage.processor.interpolate;

import io.heritage.media.ImageResampler;
import io.heritage.media.MediaRejected;
import io.heritage.media.ResolutionRule;
import io.heritage.media.RgbFrame;
import io.heritage.processor.job.WorkObserver;
import io.heritage.schemas.FrameSize;
import java.io.IOException;

/**
 * Two images in one size, which the first decides: docs/spec/wan22.md, sections 1.2 and 1.3. Owns
 * both frames.
 */
record PicturePair(RgbFrame first, RgbFrame last) implements AutoCloseable {

    /**
     * Decodes one after the other, so that only one is in memory in its full size.
     *
     * @param resolution shorter side in pixels
     * @throws MediaRejected naming the image that cannot be used
     */
    static PicturePair of(Picture start, Picture end, int resolution, WorkObserver observer)
            throws IOException {
        RgbFrame first = first(start, resolution, observer);
        try {
            return new PicturePair(first, last(end, sizeOf(first), resolution, observer));
        } catch (IOException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /** The image that decides the size; the caller closes it. */
    static RgbFrame first(Picture start, int resolution, WorkObserver observer) throws IOException {
        observer.checkpoint();
        try (RgbFrame full = decode(start)) {
            return new ImageResampler().fit(full, sizeFor(start, full, resolution));
        }
    }

    /** The other image, cropped to that size; the caller closes it. */
    static RgbFrame last(Picture end, FrameSize size, int resolution, WorkObserver observer)
            throws IOException {
        observer.checkpoint();
        try (RgbFrame full = decode(end)) {
            sizeFor(end, full, resolution);
            return new ImageResampler().fit(full, size);
        }
    }

    private static RgbFrame decode(Picture picture) throws IOException {
        try {
            return picture.source().decode();
        } catch (MediaRejected e) {
            throw e.of(picture.name());
        }
    }

    private static FrameSize sizeFor(Picture picture, RgbFrame full, int resolution) {
        try {
            return ResolutionRule.sizeAt(full.width(), full.height(), resolution);
        } catch (MediaRejected e) {
            throw e.of(picture.name());
        }
    }

    static FrameSize sizeOf(RgbFrame frame) {
        return new FrameSize(frame.width(), frame.height());
    }

    FrameSize size() {
        return sizeOf(first);
    }

    @Override
    public void close() {
        first.close();
        last.close();
    }
}
