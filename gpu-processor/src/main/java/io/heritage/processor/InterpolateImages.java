package io.heritage.processor;

import io.heritage.media.FramePool;
import io.heritage.media.ImageResampler;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoSize;
import io.heritage.processor.FrameInterpolator.FramePair;
import java.io.IOException;

/**
 * The frames from one picture to another: Wan specification, sections 1.2, 1.3 and 10. Frame k of n
 * is computed at t = k/(n-1) from the two pictures alone; the first and the last are the pictures
 * themselves in the common size. Memory does not depend on the number of frames. Device thread
 * only.
 */
final class InterpolateImages {
    static final String STAGE = "interpolate";

    /** As many as may be on their way to a sink. */
    private static final int IDLE_FRAMES = 8;

    private final FrameInterpolator engine;
    private final ImageResampler resampler = new ImageResampler();

    InterpolateImages(FrameInterpolator engine) {
        this.engine = engine;
    }

    /**
     * @param size of every frame; both pictures are cropped and resized to it
     * @param count of all frames, at least 2
     */
    void run(
            RgbFrame start,
            RgbFrame end,
            VideoSize size,
            int count,
            FrameSink sink,
            WorkObserver observer)
            throws IOException {
        if (count < 2) {
            throw new IllegalArgumentException("at least 2 frames, found " + count);
        }
        observer.checkpoint();
        observer.progress(new WorkProgress(STAGE, 0, count));
        try (RgbFrame first = resampler.fit(start, size);
                RgbFrame last = resampler.fit(end, size);
                FramePair pair = engine.pair(first, last)) {
            FramePool pool = new FramePool(size.width(), size.height(), IDLE_FRAMES);
            for (int k = 0; k < count; k++) {
                observer.checkpoint();
                RgbFrame frame = pool.borrow();
                if (k == 0) {
                    frame.copyFrom(first);
                } else if (k == count - 1) {
                    frame.copyFrom(last);
                } else {
                    pair.between((double) k / (count - 1), frame, observer);
                }
                sink.accept(frame);
                observer.progress(new WorkProgress(STAGE, k + 1, count));
            }
        }
    }
}
