package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Frames of one size whose memory is reused, so that a video of any length needs only a few frames.
 * {@link #borrow()} never waits: if no frame is idle it makes a new one; at most {@code idle}
 * returned frames are kept. Closing frees the idle ones at once and the others when they are
 * returned. Any thread may borrow and close.
 */
public final class FramePool implements AutoCloseable {

    private final int width;
    private final int height;
    private final SampleDepth depth;
    private final BlockingQueue<FrameMemory> idle;
    private volatile boolean closed;

    /** A pool of 8-bit frames. */
    public FramePool(int width, int height, int idle) {
        this(width, height, SampleDepth.EIGHT, idle);
    }

    public FramePool(int width, int height, SampleDepth depth, int idle) {
        this.width = width;
        this.height = height;
        this.depth = depth;
        this.idle = new ArrayBlockingQueue<>(idle);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public SampleDepth depth() {
        return depth;
    }

    /** A frame with unspecified pixels; the caller closes it. */
    public RgbFrame borrow() {
        FrameMemory idleMemory = idle.poll();
        FrameMemory memory =
                idleMemory == null ? FrameMemory.owned(width, height, depth) : idleMemory;
        return new RgbFrame(width, height, depth, memory, this);
    }

    void takeBack(FrameMemory memory) {
        if (closed || !idle.offer(memory)) {
            memory.free();
        } else if (closed) {
            freeIdle(); // close came between
        }
    }

    @Override
    public void close() {
        closed = true;
        freeIdle();
    }

    private void freeIdle() {
        for (FrameMemory memory = idle.poll(); memory != null; memory = idle.poll()) {
            memory.free();
        }
    }
}
