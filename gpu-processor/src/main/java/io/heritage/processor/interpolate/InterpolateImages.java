package io.heritage.processor.interpolate;

import io.heritage.media.FramePool;
import io.heritage.media.RgbFrame;
import io.heritage.processor.interpolate.FrameInterpolator.FramePair;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.FrameOutput;
import java.io.IOException;

/**
 * Computes the frames from one image to another: docs/spec/wan22.md, section 10. Frame k of n lies
 * at t = k/(n-1) and is computed from the two images alone; the first and the last are the images
 * themselves. Memory does not depend on the number of frames. Device thread only.
 */
final class InterpolateImages {
    static final String STAGE = "interpolate";

    /** Most frames that may be in flight to a sink. */
    private static final int IDLE_FRAMES = 8;

    private final FrameInterpolator engine;

    InterpolateImages(FrameInterpolator engine) {
        this.engine = engine;
    }

    /**
     * @param count number of frames, both images included; at least 2
     */
    void run(PicturePair pictures, int count, FrameOutput sink, WorkObserver observer)
            throws IOException {
        if (count < 2) {
            throw new IllegalArgumentException("at least 2 frames, found " + count);
        }
        RgbFrame first = pictures.first();
        observer.progress(new WorkProgress(STAGE, 0, count));
        try (FramePool pool = new FramePool(first.width(), first.height(), IDLE_FRAMES);
                FramePair pair = engine.pair(first, pictures.last())) {
            for (int k = 0; k < count; k++) {
                observer.checkpoint();
                RgbFrame frame = pool.borrow();
                try {
                    fill(frame, k, count, pictures, pair, observer);
                } catch (RuntimeException | Error e) {
                    frame.close();
                    throw e;
                }
                sink.accept(frame);
                observer.progress(new WorkProgress(STAGE, k + 1, count));
            }
        }
    }

    private static void fill(
            RgbFrame frame,
            int k,
            int count,
            PicturePair pictures,
            FramePair pair,
            WorkObserver observer) {
        if (k == 0) {
            frame.copyFrom(pictures.first());
        } else if (k == count - 1) {
            frame.copyFrom(pictures.last());
        } else {
            pair.between((double) k / (count - 1), frame, observer);
        }
    }
}
