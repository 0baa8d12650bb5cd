package io.heritage.media;

import io.heritage.schemas.SampleDepth;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** The native memory of one frame, and how it is freed. */
record FrameMemory(Arena arena, ByteBuffer bytes) {

    /** FFmpeg's row functions may write this far behind the last pixel. */
    private static final int PADDING = 256;

    /** Memory that the garbage collector frees. */
    static FrameMemory collected(int width, int height, SampleDepth depth) {
        return in(Arena.ofAuto(), width, height, depth);
    }

    /** Memory that {@link #free()} gives back. */
    static FrameMemory owned(int width, int height, SampleDepth depth) {
        return in(Arena.ofShared(), width, height, depth);
    }

    private static FrameMemory in(Arena arena, int width, int height, SampleDepth depth) {
        long bytes = 3L * depth.bytes() * width * height;
        if (width < 1 || height < 1 || bytes > Integer.MAX_VALUE - PADDING) {
            throw new IllegalArgumentException(
                    "a frame of %dx%d is not possible, 1x1 to 2 GiB are".formatted(width, height));
        }
        return new FrameMemory(arena, arena.allocate(bytes + PADDING, 64).asByteBuffer());
    }

    void free() {
        arena.close();
    }
}
