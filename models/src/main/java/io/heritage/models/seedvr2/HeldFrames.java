package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.torch.TensorScope;
import io.heritage.schemas.FrameSize;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decoded frames at the end of a chunk, which fade into those at the start of the next. They are in
 * host memory, because another device may restore the next chunk.
 *
 * @param floats [frames, 3, height, width]
 */
record HeldFrames(Arena arena, ByteBuffer floats, int frames, FrameSize size)
        implements AutoCloseable {
    private static final int CHANNELS = 3;

    static HeldFrames allocate(int frames, FrameSize size) {
        Arena arena = Arena.ofShared();
        long bytes = shape(frames, size).elements() * Float.BYTES;
        ByteBuffer floats = arena.allocate(bytes, 64).asByteBuffer();
        return new HeldFrames(arena, floats.order(ByteOrder.nativeOrder()), frames, size);
    }

    /** Appends frames from a device. */
    void add(TensorScope scope, FramePixels pixels, IValue decoded, int count) {
        TensorShape shape = shape(count, size);
        int bytes = Math.toIntExact(shape.elements() * Float.BYTES);
        pixels.toHost(scope, decoded, floats.slice(floats.position(), bytes), shape);
        floats.position(floats.position() + bytes);
    }

    /** The frames on a device; valid while this is open. */
    IValue tensor(TensorScope scope) {
        return scope.tensor(floats.duplicate().rewind(), TensorType.F32, shape(frames, size));
    }

    private static TensorShape shape(int frames, FrameSize size) {
        return TensorShape.of(frames, CHANNELS, size.height(), size.width());
    }

    @Override
    public void close() {
        arena.close();
    }
}
