package io.heritage.media;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One picture in native memory: 8 bit RGB, rows from the top without padding, shape {@code [height,
 * width, 3]}.
 *
 * <p>Whoever gets a frame closes it: that gives its memory back to the {@link FramePool} it came
 * from. A frame that was never closed is only slow, not a leak: its memory goes with the garbage. A
 * closed frame refuses to show its pixels. One thread uses a frame at a time.
 */
public final class RgbFrame implements AutoCloseable {

    /** FFmpeg's row functions may write this far behind the last pixel. */
    private static final int PADDING = 256;

    private final int width;
    private final int height;
    private final ByteBuffer memory;
    private final @Nullable FramePool pool;
    private final AtomicBoolean closed = new AtomicBoolean();

    RgbFrame(int width, int height, ByteBuffer memory, @Nullable FramePool pool) {
        this.width = width;
        this.height = height;
        this.memory = memory;
        this.pool = pool;
    }

    /** A black frame with memory of its own. */
    public static RgbFrame allocate(int width, int height) {
        return new RgbFrame(width, height, memoryFor(width, height), null);
    }

    /** A frame with a copy of {@code 3 * width * height} bytes from the buffer's position. */
    public static RgbFrame copyOf(int width, int height, ByteBuffer rgb) {
        RgbFrame frame = allocate(width, height);
        frame.pixels().put(rgb.slice(rgb.position(), frame.bytes()));
        return frame;
    }

    static ByteBuffer memoryFor(int width, int height) {
        long bytes = 3L * width * height;
        if (width < 1 || height < 1 || bytes > Integer.MAX_VALUE - PADDING) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d is not possible, 1x1 to 2 GiB are".formatted(width, height));
        }
        return ByteBuffer.allocateDirect((int) bytes + PADDING);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** {@code 3 * width * height}. */
    public int bytes() {
        return 3 * width * height;
    }

    /**
     * All pixels from position 0, to read and to write; a new view of the same direct memory at
     * each call.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public ByteBuffer pixels() {
        if (closed.get()) {
            throw new IllegalStateException(
                    "this frame of %dx%d was closed before".formatted(width, height));
        }
        return memory.slice(0, bytes());
    }

    /** Copies all pixels of a frame of the same size into this one. */
    public void copyFrom(RgbFrame other) {
        if (other.width != width || other.height != height) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d does not fit one of %dx%d"
                            .formatted(other.width, other.height, width, height));
        }
        pixels().put(other.pixels());
    }

    /** The whole memory with its padding, for FFmpeg to write into. */
    ByteBuffer memory() {
        pixels();
        return memory.duplicate().clear();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && pool != null) {
            pool.takeBack(memory);
        }
    }
}
