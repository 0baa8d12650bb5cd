package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One picture in native memory: RGB, rows from the top without padding, shape {@code [height,
 * width, 3]}. Samples have 8 bit; those on the way to or from a video of 10 bit have 16.
 *
 * <p>The receiver of a frame closes it. Closing a frame of a {@link FramePool} (all frames of a
 * {@link VideoReader}) returns its memory; without that it is never returned. Memory of a frame
 * outside a pool is freed by the garbage collector. A closed frame refuses to show its pixels, and
 * views taken before must not be used any more. One thread uses a frame at a time; another one may
 * read it as a frame of its own, {@link #shared()}.
 */
public final class RgbFrame implements AutoCloseable {

    private final int width;
    private final int height;
    private final SampleDepth depth;
    private final FrameMemory memory;
    private final @Nullable FramePool pool;
    private final AtomicInteger holders;
    private final AtomicBoolean closed = new AtomicBoolean();

    RgbFrame(
            int width,
            int height,
            SampleDepth depth,
            FrameMemory memory,
            @Nullable FramePool pool) {
        this(width, height, depth, memory, pool, new AtomicInteger(1));
    }

    private RgbFrame(
            int width,
            int height,
            SampleDepth depth,
            FrameMemory memory,
            @Nullable FramePool pool,
            AtomicInteger holders) {
        this.width = width;
        this.height = height;
        this.depth = depth;
        this.memory = memory;
        this.pool = pool;
        this.holders = holders;
    }

    /** A black 8-bit frame with its own memory. */
    public static RgbFrame allocate(int width, int height) {
        return allocate(width, height, SampleDepth.EIGHT);
    }

    /** A black frame with its own memory. */
    public static RgbFrame allocate(int width, int height, SampleDepth depth) {
        return new RgbFrame(
                width, height, depth, FrameMemory.collected(width, height, depth), null);
    }

    /**
     * A frame of 8 bit with a copy of {@code 3 * width * height} bytes from the buffer's position.
     */
    public static RgbFrame copyOf(int width, int height, ByteBuffer rgb) {
        RgbFrame frame = allocate(width, height);
        frame.pixels().put(rgb.slice(rgb.position(), frame.bytes()));
        return frame;
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

    /** {@code 3 * width * height}, twice that for samples of 16 bit. */
    public int bytes() {
        return width * height * pixelBytes();
    }

    int pixelBytes() {
        return 3 * depth.bytes();
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
        return memory.bytes().slice(0, bytes());
    }

    /**
     * The same pixels as a frame for another owner, which closes it too: the last close returns the
     * memory. From now on the pixels are read-only for all of them.
     */
    public RgbFrame shared() {
        pixels();
        holders.incrementAndGet();
        return new RgbFrame(width, height, depth, memory, pool, holders);
    }

    /** Copies all pixels of a frame of the same size and depth into this one. */
    public void copyFrom(RgbFrame other) {
        if (other.width != width || other.height != height || other.depth != depth) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d %s bit does not fit one of %dx%d %s bit"
                            .formatted(
                                    other.width, other.height, other.depth, width, height, depth));
        }
        pixels().put(other.pixels());
    }

    /** The whole memory with its padding, for FFmpeg to write into. */
    ByteBuffer memory() {
        pixels();
        return memory.bytes().duplicate().clear();
    }

    /** Required by code that reads 8-bit samples. */
    void requireEightBit() {
        if (depth != SampleDepth.EIGHT) {
            throw new IllegalArgumentException("a frame of 8 bit is expected, found " + depth);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && holders.decrementAndGet() == 0 && pool != null) {
            pool.takeBack(memory);
        }
    }
}
