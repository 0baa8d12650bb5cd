package io.heritage.sink.frame;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A frame as a PNG in a temporary file, which is deleted with it.
 *
 * @param full size of the frame in its video
 * @param frames of the video, as far as it is known
 */
public record FramePicture(Path png, long bytes, FrameSize full, OptionalLong frames)
        implements AutoCloseable {
    @Override
    public void close() {
        try {
            Files.deleteIfExists(png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
