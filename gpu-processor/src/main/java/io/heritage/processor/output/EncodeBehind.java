package io.heritage.processor.output;

import io.heritage.media.FrameWriter;
import io.heritage.media.RgbFrame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Encodes a video on its own thread while the computing thread continues; a few frames are in
 * flight. The caller closes the writer, after this.
 */
public final class EncodeBehind implements AutoCloseable {
    private static final int BEHIND = 8;

    private final FrameWriter writer;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("encode-behind").factory());
    private final Deque<Future<?>> behind = new ArrayDeque<>();
    private volatile boolean abandoned;

    public EncodeBehind(FrameWriter writer) {
        this.writer = writer;
    }

    /** Takes ownership of the frame and closes it. Blocks while too many are in flight. */
    public void write(RgbFrame frame, long pts, long duration) throws IOException {
        behind.add(
                thread.submit(() -> {
                    try (frame) {
                        if (!abandoned) {
                            writer.write(frame, pts, duration);
                        }
                    }
                    return null;
                }));
        while (behind.size() > BEHIND) {
            Futures.of(behind.remove());
        }
    }

    /** Returns once all frames are encoded and the video is complete. */
    public void finish() throws IOException {
        while (!behind.isEmpty()) {
            Futures.of(behind.remove());
        }
        Futures.of(
                thread.submit(() -> {
                    writer.finish();
                    return null;
                }));
    }

    @Override
    public void close() {
        abandoned = true;
        thread.close();
    }
}
