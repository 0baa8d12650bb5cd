package io.heritage.media;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Frames of one size whose memory is used again and again, so that a video of any length costs a
 * few frames. {@link #borrow()} never waits: when none is idle it makes a new one; of those given
 * back {@code idle} are kept. Any thread may borrow and close.
 */
public final class FramePool {

    private final int width;
    private final int height;
    private final BlockingQueue<ByteBuffer> idle;

    public FramePool(int width, int height, int idle) {
        this.width = width;
        this.height = height;
        this.idle = new ArrayBlockingQueue<>(idle);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A frame with unspecified pixels; the caller closes it. */
    public RgbFrame borrow() {
        ByteBuffer memory = idle.poll();
        return new RgbFrame(
                width, height, memory == null ? RgbFrame.memoryFor(width, height) : memory, this);
    }

    void takeBack(ByteBuffer memory) {
        boolean kept = idle.offer(memory);
        assert kept || idle.remainingCapacity() == 0;
    }
}
