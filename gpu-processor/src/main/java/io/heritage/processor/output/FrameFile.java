package io.heritage.processor.output;

import io.heritage.media.EncodedBy;
import io.heritage.media.Rational;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Frames on disk. Without {@link #finish()} a video is removed; pictures that were written stay.
 */
public interface FrameFile extends FrameOutput, AutoCloseable {

    /** Writes the remaining frames and completes the file. */
    void finish() throws IOException;

    /** FFmpeg's name of the video encoder; empty for pictures. */
    default Optional<String> encoder() {
        return Optional.empty();
    }

    @Override
    void close() throws IOException;

    /**
     * A silent video if the name ends like one, else {@code 0000.png} … in a folder of that name.
     *
     * @param encodedBy what encodes a video
     * @param pngThreads that encode PNGs
     * @param keepUnfinished whether a video without {@link #finish()} is completed where it is
     */
    static FrameFile at(
            Path out,
            FrameSize size,
            Rational frameRate,
            EncodedBy encodedBy,
            int pngThreads,
            boolean keepUnfinished)
            throws IOException {
        Optional<VideoFormat> format = VideoFormat.endOf(out);
        return format.isPresent()
                ? new VideoFile(
                        out,
                        VideoEncoding.of(size, frameRate)
                                .withFormat(format.get())
                                .withEncodedBy(encodedBy),
                        keepUnfinished)
                : new PngFolder(out, pngThreads);
    }

    /** {@code mp4}, {@code webm} or {@code png}. */
    static String formatOf(Path out) {
        return VideoFormat.endOf(out).map(VideoFormat::title).orElse("png");
    }
}
