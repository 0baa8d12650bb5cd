package io.heritage.processor;

import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoSize;
import io.heritage.media.VideoWriter;
import java.io.IOException;
import java.nio.file.Path;

/** Frames as a silent mp4 of even rate. */
final class Mp4File implements FrameFile {
    private final VideoWriter writer;
    private long frames;

    Mp4File(Path file, VideoSize size, Rational frameRate) throws IOException {
        writer = VideoWriter.open(file, VideoEncoding.of(size, frameRate), null);
    }

    @Override
    public void accept(RgbFrame frame) throws IOException {
        try (frame) {
            writer.write(frame, frames++, 1);
        }
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
