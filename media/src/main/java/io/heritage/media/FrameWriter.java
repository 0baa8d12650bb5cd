package io.heritage.media;

import java.io.IOException;

/** Takes the frames of a video, one after the other. One thread at a time. */
public interface FrameWriter extends AutoCloseable {

    /**
     * Encodes one frame; it may be closed or changed afterwards.
     *
     * @param pts when it is shown, in the encoding's time base; larger than the one before
     * @param duration how long, in the encoding's time base; matters for the last frame only
     * @throws IOException if it cannot be written
     */
    void write(RgbFrame frame, long pts, long duration) throws IOException;

    /**
     * Flushes the encoder and completes the output.
     *
     * @throws IOException if it cannot be written
     */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
