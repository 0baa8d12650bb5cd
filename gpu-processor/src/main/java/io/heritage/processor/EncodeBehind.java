package io.heritage.processor;

import io.heritage.media.RgbFrame;
import io.heritage.media.VideoWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Encodes a video on a thread of its own, while the thread that computes goes on; a few frames are
 * on their way. The writer is the caller's to close, after this.
 */
final class EncodeBehind implements AutoCloseable {
    private static final int BEHIND = 8;

    private final VideoWriter writer;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("encode-behind").factory());
    private final Deque<Future<?>> behind = new ArrayDeque<>();
    private volatile boolean abandoned;

    EncodeBehind(VideoWriter writer) {
        this.writer = writer;
    }

    /** Takes the frame over and closes it. Blocks while too many are on their way. */
    void write(RgbFrame frame, long pts, long duration) throws IOException {
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
            Outcome.of(behind.remove());
        }
    }

    /** All frames are encoded and the video is complete. */
    void finish() throws IOException {
        while (!behind.isEmpty()) {
            Outcome.of(behind.remove());
        }
        writer.finish();
    }

    @Override
    public void close() {
        abandoned = true;
        thread.close();
    }
}
