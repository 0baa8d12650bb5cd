package io.heritage.media;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Frames of a video, one after the other: from a file or from a thread that decodes it. */
public interface VideoFrames extends AutoCloseable {

    /**
     * The next frame, which the caller closes; null after the last.
     *
     * @throws MediaRejected if the video breaks off or is damaged here
     */
    @Nullable VideoFrame next() throws IOException;

    @Override
    void close() throws IOException;
}
