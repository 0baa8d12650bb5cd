package io.heritage.processor.output;

import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Frames as a silent video of even rate. */
final class VideoFile implements FrameFile {
    private final VideoWriter writer;
    private long frames;

    VideoFile(Path file, VideoEncoding encoding, boolean keepUnfinished) throws IOException {
        writer = VideoWriter.open(file, encoding, null);
        if (keepUnfinished) {
            writer.keepUnfinished();
        }
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
    public Optional<String> encoder() {
        return Optional.of(writer.encoder());
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
