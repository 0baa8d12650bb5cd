package io.heritage.standalone.client;

import java.io.IOException;
import java.io.OutputStream;

/** Where the frames of a reply go, in their order. */
public interface PngTarget {

    /** The stream for one encoded frame; the reader closes it when the frame is complete. */
    OutputStream frame(int index) throws IOException;
}
