package io.heritage.models.seedvr2;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;

/** Takes restored frames in order, on the thread of the device that restored them. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param rgb [frames, H, W, 3] samples, direct; only as long as this runs
     */
    void accept(ByteBuffer rgb, int frames);

    /** Of the samples it takes. */
    default SampleDepth bits() {
        return SampleDepth.EIGHT;
    }

    /** Takes samples of so many bits. */
    static FrameSink of(SampleDepth bits, FrameSink frames) {
        return new FrameSink() {
            @Override
            public void accept(ByteBuffer rgb, int count) {
                frames.accept(rgb, count);
            }

            @Override
            public SampleDepth bits() {
                return bits;
            }
        };
    }
}
