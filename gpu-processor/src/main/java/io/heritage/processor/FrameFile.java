package io.heritage.processor;

import java.io.IOException;

/** Frames on disk; without {@link #finish()} nothing of an unfinished file stays. */
interface FrameFile extends FrameSink, AutoCloseable {

    /** Completes what was written. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
