package io.heritage.models.seedvr2;

import io.heritage.models.Cancellation;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Divides a video into chunks, for whichever device asks next. Between two chunks of a scene it
 * keeps the shared frames and the first one after them, which shows that there is another chunk. A
 * chunk ends at a scene cut, however short it is, and shares nothing with the next one. Any thread;
 * one reads at a time, the others wait.
 */
final class ChunkSource {
    private static final long ASK_MILLIS = 50;

    private final FrameSource source;
    private final FrameSize size;
    private final SampleDepth bits;
    private final TemporalChunks chunks;
    private final ByteBuffer ahead;
    private final ReentrantLock reading = new ReentrantLock(true);
    private int index;
    private boolean ended;

    /**
     * @param index from 0
     * @param shared frames at the start that the chunk before has as well
     * @param held frames at the end that the next chunk has as well
     */
    record Chunk(int index, RgbClip clip, int shared, int held) {
        /** Frames that this chunk writes. */
        int written() {
            return clip.frames() - held;
        }
    }

    /**
     * @param arena of what is kept between chunks
     */
    ChunkSource(FrameSource source, FrameSize size, TemporalChunks chunks, Arena arena) {
        this.source = source;
        this.size = size;
        this.bits = source.bits();
        this.chunks = chunks;
        this.ahead = buffer(arena, size, bits, chunks.overlap() + 1).flip();
    }

    /** A buffer for a number of frames. */
    static ByteBuffer buffer(Arena arena, FrameSize size, SampleDepth bits, int frames) {
        long bytes = (long) frames * RgbClip.bytesPerFrame(size, bits);
        return arena.allocate(bytes, 64).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * The next chunk; null after the last.
     *
     * @param rgb supplies a buffer for a whole chunk; called only if there is another one
     * @param cancellation asked while others read
     * @throws IllegalArgumentException if there are no frames at all
     */
    @Nullable Chunk next(Supplier<ByteBuffer> rgb, Cancellation cancellation) {
        lock(cancellation);
        try {
            return ended ? null : read(rgb.get().clear());
        } catch (RuntimeException | Error e) {
            ended = true;
            throw e;
        } finally {
            reading.unlock();
        }
    }

    private void lock(Cancellation cancellation) {
        try {
            while (!reading.tryLock(ASK_MILLIS, TimeUnit.MILLISECONDS)) {
                cancellation.checkpoint();
            }
        } catch (InterruptedException _) {
            throw SharedStop.interrupted();
        }
    }

    private Chunk read(ByteBuffer rgb) {
        int known = ahead.remaining() / RgbClip.bytesPerFrame(size, bits);
        int shared = Math.max(0, known - 1);
        rgb.put(ahead);
        int frames = known + source.read(rgb, chunks.length() - known);
        if (frames == 0) {
            throw new IllegalArgumentException("there are no frames to restore");
        }
        rgb.flip();
        boolean sceneGoesOn = frames == chunks.length() && anotherFollows(rgb);
        if (!sceneGoesOn) {
            ahead.limit(0);
            ended = !source.nextScene();
        }
        int held = sceneGoesOn ? chunks.overlap() : 0;
        return new Chunk(index++, new RgbClip(size, frames, bits, rgb), shared, held);
    }

    private boolean anotherFollows(ByteBuffer rgb) {
        int sharedBytes = chunks.overlap() * RgbClip.bytesPerFrame(size, bits);
        ahead.clear().put(rgb.slice(rgb.limit() - sharedBytes, sharedBytes));
        int more = source.read(ahead, 1);
        ahead.flip();
        return more > 0;
    }
}
