package io.heritage.models.seedvr2;

import java.nio.ByteBuffer;

/** Takes restored frames in order, on the thread of the device that restored them. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param rgb uint8 [frames, H, W, 3], direct; only as long as this runs
     */
    void accept(ByteBuffer rgb, int frames);
}
