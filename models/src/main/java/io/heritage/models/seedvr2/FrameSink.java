package io.heritage.models.seedvr2;

import java.nio.ByteBuffer;

/** Takes restored frames in order, on the thread of the device that restored them. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param rgb [frames, H, W, 3] samples, direct; only as long as this runs
     */
    void accept(ByteBuffer rgb, int frames);

    /** Of the samples it takes. */
    default SampleBits bits() {
        return SampleBits.EIGHT;
    }

    /** Takes samples of so many bits. */
    static FrameSink of(SampleBits bits, FrameSink frames) {
        return new FrameSink() {
            @Override
            public void accept(ByteBuffer rgb, int count) {
                frames.accept(rgb, count);
            }

            @Override
            public SampleBits bits() {
                return bits;
            }
        };
    }
}
