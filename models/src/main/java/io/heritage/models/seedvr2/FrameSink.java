package io.heritage.models.seedvr2;

import java.nio.ByteBuffer;

/** Takes restored frames in order, on the thread that computes. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param rgb uint8 [frames, H, W, 3], direct; the receiver may keep it
     */
    void accept(ByteBuffer rgb, int frames);
}
