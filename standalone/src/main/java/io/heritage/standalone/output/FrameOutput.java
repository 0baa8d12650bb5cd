package io.heritage.standalone.output;

import io.heritage.media.VideoFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Frames in their order, as PNG; closing before {@link #complete} leaves nothing. */
public interface FrameOutput extends AutoCloseable {

    /** Takes the next frame as PNG; it counts when the stream is closed. */
    OutputStream png() throws IOException;

    /** Everything is there: puts it where it belongs. */
    void complete() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * A video for a name that ends in {@code .mp4} or {@code .webm}, else a folder of PNG files.
     *
     * @param fps of a video
     */
    static FrameOutput to(Path target, int fps) throws IOException {
        check(target);
        Optional<VideoFormat> format = VideoFormat.endOf(target);
        return format.isPresent()
                ? new VideoFile(target, format.get(), fps)
                : new PngFolder(target);
    }

    /**
     * @throws OutputRefused if it is neither a video nor a new or empty folder
     */
    static void check(Path target) throws IOException {
        if (VideoFormat.endOf(target).isEmpty()) {
            PngFolder.refuseUnlessEmpty(target);
        } else if (java.nio.file.Files.isDirectory(target)) {
            throw new OutputRefused(target + " is a folder; expected the name of a file");
        }
    }
}
