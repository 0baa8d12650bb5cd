package io.heritage.processor.output;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Takes a job's frames and stores the encoded result; closing before the end discards it. */
public interface ResultMedia extends FrameOutput, AutoCloseable {

    /** The stored media in order; each is acknowledged by all in-sync replicas. */
    List<MediaRef> finish() throws IOException;

    /** FFmpeg's name of the video encoder; empty for pictures. */
    default Optional<String> encoder() {
        return Optional.empty();
    }

    @Override
    void close() throws IOException;
}
