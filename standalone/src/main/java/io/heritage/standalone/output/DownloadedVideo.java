package io.heritage.standalone.output;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A silent video with a constant frame rate. */
final class DownloadedVideo implements FrameDownload {
    private final PartialFile file;
    private final VideoFormat format;
    private final int fps;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private @Nullable VideoWriter writer;
    private long frames;
    private boolean whole;

    DownloadedVideo(Path target, VideoFormat format, int fps) throws IOException {
        this.file = new PartialFile(target);
        this.format = format;
        this.fps = fps;
    }

    private void add(RgbFrame frame) throws IOException {
        try (frame) {
            writerFor(frame).write(frame, frames++, 1);
        }
    }

    /** The first frame decides the size. */
    private VideoWriter writerFor(RgbFrame frame) throws IOException {
        if (writer == null) {
            var size = new FrameSize(frame.width(), frame.height());
            var encoding = VideoEncoding.of(size, new Rational(fps, 1)).withFormat(format);
            writer = VideoWriter.open(file.path(), encoding, null);
        }
        return writer;
    }

    @Override
    public OutputStream png() {
        return new ByteArrayOutputStream() {
            private boolean taken;

            @Override
            public void close() throws IOException {
                if (!taken) {
                    taken = true;
                    add(decoder.decode(ByteBuffer.wrap(buf, 0, count)));
                }
            }
        };
    }

    @Override
    public OutputStream video() throws IOException {
        whole = true;
        return new BufferedOutputStream(Files.newOutputStream(file.path()), 1 << 16);
    }

    @Override
    public void restart() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        frames = 0;
        whole = false;
    }

    @Override
    public Optional<Path> keepUnfinished() throws IOException {
        if (writer == null) {
            return Optional.empty();
        }
        writer.finish();
        return file.keepUnfinished();
    }

    @Override
    public void complete() throws IOException {
        if (writer != null) {
            writer.finish();
        } else if (!whole) {
            throw new IOException("no frames arrived");
        }
        file.moveToTarget();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
