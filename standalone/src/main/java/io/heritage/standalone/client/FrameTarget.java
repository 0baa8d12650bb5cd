package io.heritage.standalone.client;

import java.io.IOException;
import java.io.OutputStream;

/** Takes the frames of a reply in order, or its video. */
public interface FrameTarget {

    /** Begins a reply; discards data of an earlier one that broke off. */
    default void begin() throws IOException {}

    /** The stream for one encoded frame; the reader closes it when the frame is complete. */
    OutputStream frame(int index) throws IOException;

    /** The stream for a reply whose frames are one video; the reader closes it. */
    default OutputStream video() throws IOException {
        throw new IOException("expected frames, the server sent a video");
    }
}
