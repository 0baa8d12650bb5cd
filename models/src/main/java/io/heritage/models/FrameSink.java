package io.heritage.models;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;

/** Takes finished frames in order, on the thread of the device that made them. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param rgb [frames, H, W, 3] samples, direct; valid until this returns
     */
    void accept(ByteBuffer rgb, int frames);

    /** Bits per sample. */
    default SampleDepth bits() {
        return SampleDepth.EIGHT;
    }

    /** A sink for samples with that number of bits. */
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
