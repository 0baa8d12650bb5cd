package io.heritage.processor.restore;

import io.heritage.media.FramePool;
import io.heritage.media.FrameWriter;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoFrame;
import io.heritage.processor.output.EncodeBehind;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Encodes restored frames, each at the time of the input frame it was made from. Written by one
 * thread at a time; {@link #expect} may be called by another.
 */
final class RestoredFrames implements AutoCloseable {
    private static final int IDLE_FRAMES = 10;

    private record Shown(long pts, long duration) {}

    private final EncodeBehind encoder;
    private final FramePool pool;
    private final Queue<Shown> times = new ConcurrentLinkedQueue<>();
    private final AtomicLong written = new AtomicLong();

    /**
     * @param writer stays the caller's to close, after this
     */
    RestoredFrames(FrameWriter writer, FrameSize size, SampleDepth depth) {
        this.encoder = new EncodeBehind(writer);
        this.pool = new FramePool(size.width(), size.height(), depth, IDLE_FRAMES);
    }

    /** Remembers when a frame of the input is shown; the frames come out in the same order. */
    void expect(VideoFrame frame) {
        times.add(new Shown(frame.pts(), frame.duration()));
    }

    /**
     * @param rgb consecutive frames
     */
    void write(ByteBuffer rgb, int frames) {
        for (int i = 0; i < frames; i++) {
            RgbFrame frame = pool.borrow();
            frame.pixels().put(rgb.slice(rgb.position() + i * frame.bytes(), frame.bytes()));
            Shown shown = times.remove();
            try {
                encoder.write(frame, shown.pts(), shown.duration());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            written.incrementAndGet();
        }
    }

    /** Skips the next frame, which is not part of the result. */
    void drop() {
        var _ = times.remove();
    }

    long written() {
        return written.get();
    }

    /** Encodes the remaining frames and completes the video. */
    void finish() throws IOException {
        encoder.finish();
    }

    @Override
    public void close() {
        encoder.close();
        pool.close();
    }
}
