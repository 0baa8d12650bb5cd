package io.heritage.processor.output;

import io.heritage.media.RgbFrame;
import java.io.IOException;

/** Takes finished frames in order. Called on the thread that owns the device. */
public interface FrameOutput {

    /**
     * Takes ownership of the frame and closes it, also when it throws. Blocks while too many frames
     * are in flight.
     */
    void accept(RgbFrame frame) throws IOException;
}
