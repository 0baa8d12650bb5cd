package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The decoded frames at the end of one chunk, which fade into those at the start of the next. */
final class ChunkOverlap implements AutoCloseable {
    private final TorchRuntime runtime;
    private final FramePixels pixels;
    private final int frames;
    private final IValue fadeOut;
    private final TensorScope fixed;
    private TensorScope earlierScope;
    private List<IValue> earlier = List.of();
    private TensorScope laterScope;
    private List<IValue> later = new ArrayList<>();

    ChunkOverlap(TorchRuntime runtime, FramePixels pixels, int frames) {
        this.runtime = runtime;
        this.pixels = pixels;
        this.frames = frames;
        this.fixed = runtime.newScope();
        this.fadeOut = share(fixed, TemporalChunks.fadeOut(frames));
        this.earlierScope = runtime.newScope();
        this.laterScope = runtime.newScope();
    }

    private static IValue share(TensorScope scope, double[] weights) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(weights.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        for (double weight : weights) {
            bytes.putFloat((float) weight);
        }
        return scope.tensor(bytes.flip(), TensorType.F32, TensorShape.of(weights.length));
    }

    /**
     * Frames of a chunk from {@code first}, those that the earlier chunk has as well faded in.
     *
     * @param decoded [count, 3, H, W]
     */
    IValue fadedIn(TensorScope scope, IValue decoded, int first, int count) {
        int shared = Math.clamp(frames - first, 0, count);
        if (earlier.isEmpty() || shared == 0) {
            return decoded;
        }
        IValue before = pixels.frames(scope, pixels.join(scope, earlier), first, shared);
        IValue after = pixels.frames(scope, decoded, 0, shared);
        IValue share = pixels.frames(scope, fadeOut, first, shared);
        IValue faded = pixels.crossFaded(scope, before, after, share);
        return shared == count
                ? faded
                : pixels.join(
                        scope,
                        List.of(faded, pixels.frames(scope, decoded, shared, count - shared)));
    }

    /** Keeps frames for the next chunk. */
    void hold(IValue decoded) {
        later.add(pixels.copy(laterScope, decoded));
    }

    /** The chunk is done. */
    void nextChunk() {
        earlierScope.close();
        earlierScope = laterScope;
        earlier = later;
        laterScope = runtime.newScope();
        later = new ArrayList<>();
    }

    @Override
    public void close() {
        laterScope.close();
        earlierScope.close();
        fixed.close();
    }
}
