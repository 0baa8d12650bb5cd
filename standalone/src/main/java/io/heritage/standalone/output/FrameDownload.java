package io.heritage.standalone.output;

import io.heritage.media.VideoFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Takes frames in order, as PNG; closing before {@link #complete} leaves no output. */
public interface FrameDownload extends AutoCloseable {

    /** Takes the next frame as PNG; it counts when the stream is closed. */
    OutputStream png() throws IOException;

    /** Takes all frames at once, as a finished video. */
    OutputStream video() throws IOException;

    /** Discards the frames so far, because they are sent again from the first. */
    void restart() throws IOException;

    /** Moves the complete output to its target. */
    void complete() throws IOException;

    /**
     * Keeps the frames so far after a failure, see {@link PartialFile#keepUnfinished}.
     *
     * @return empty if there are none
     */
    Optional<Path> keepUnfinished() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * A video for a name that ends in {@code .mp4} or {@code .webm}, else a folder of PNG files.
     *
     * @param fps of a video
     */
    static FrameDownload to(Path target, int fps) throws IOException {
        Optional<VideoFormat> format = VideoFormat.endOf(target);
        return format.isPresent()
                ? new DownloadedVideo(target, format.get(), fps)
                : new DownloadedFrames(target);
    }

    /**
     * Checks before any work that the frames can be written.
     *
     * @param inputs what the frames are made of
     * @throws OutputRefused if it is neither a video nor a new or empty folder, or is an input
     */
    static void check(Path target, Collection<Path> inputs) throws IOException {
        if (VideoFormat.endOf(target).isPresent()) {
            PartialFile.check(target, inputs);
            return;
        }
        if (MediaNames.isMedia(target) && !Files.isDirectory(target)) {
            throw OutputRefused.becauseOf(
                    target,
                    "expected a name that ends in .mp4 or .webm, or a folder for PNG files");
        }
        DownloadedFrames.refuseUnlessEmpty(target);
    }
}
