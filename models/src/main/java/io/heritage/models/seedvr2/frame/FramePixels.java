package io.heritage.models.seedvr2.frame;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Converts frames to and from the network's format: {@code seedvr2_pixels.py}. */
public final class FramePixels implements AutoCloseable {
    private final TorchScript script;

    public FramePixels(TorchRuntime runtime) {
        this.script = runtime.load("seedvr2_pixels");
    }

    /**
     * Converts frames to the network's input.
     *
     * @param rgb uint8, or float32 on the same scale, [T, H0, W0, 3]
     * @return float32 [T, 3, H, W], -1 to 1
     */
    public IValue prepare(TensorScope scope, IValue rgb, FrameGeometry geometry) {
        FrameSize resized = geometry.resized();
        FrameSize network = geometry.network();
        if (geometry.pads()) {
            return call(scope, "prepare_padded", rgb, sizes(scope, resized, network));
        }
        return scope.call(
                script,
                "prepare",
                rgb,
                scope.number((long) resized.height()),
                scope.number((long) resized.width()),
                scope.number((long) resized.topOf(network)),
                scope.number((long) resized.leftOf(network)),
                scope.number((long) network.height()),
                scope.number((long) network.width()));
    }

    private IValue call(TensorScope scope, String method, IValue first, IValue... rest) {
        IValue[] all = new IValue[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return scope.call(script, method, all);
    }

    private static IValue[] sizes(TensorScope scope, FrameSize... sizes) {
        IValue[] values = new IValue[2 * sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            values[2 * i] = scope.number((long) sizes[i].height());
            values[2 * i + 1] = scope.number((long) sizes[i].width());
        }
        return values;
    }

    /** Appends copies of the last frame up to a number of frames. */
    public IValue repeatLast(TensorScope scope, IValue frames, int count) {
        return scope.call(script, "repeat_last", frames, scope.number((long) count));
    }

    /** The top left part of the first frames. */
    public IValue part(TensorScope scope, IValue frames, int count, FrameSize size) {
        return call(
                scope,
                "part",
                frames,
                scope.number((long) count),
                scope.number((long) size.height()),
                scope.number((long) size.width()));
    }

    /** A range of frames. */
    public IValue frames(TensorScope scope, IValue frames, int first, int count) {
        return scope.call(
                script, "frames", frames, scope.number((long) first), scope.number((long) count));
    }

    public IValue join(TensorScope scope, List<IValue> parts) {
        return scope.call(script, "join", scope.list(parts));
    }

    /** A copy of frames with another owner. */
    public IValue copy(TensorScope scope, IValue frames) {
        return scope.call(script, "copy", frames);
    }

    /** [3, T, H, W] to [T, 3, H, W], or back. */
    public IValue swapped(TensorScope scope, IValue clip) {
        return scope.call(script, "frames_of_clip", clip);
    }

    /**
     * @param content decoded frames, float32 [T, 3, H, W]
     * @param style the network's input, of the same shape
     */
    public IValue corrected(TensorScope scope, ColourFix fix, IValue content, IValue style) {
        return fix == ColourFix.NONE ? content : scope.call(script, fix.method(), content, style);
    }

    /**
     * @param share of the earlier frames, [T]
     */
    public IValue crossFaded(TensorScope scope, IValue earlier, IValue later, IValue share) {
        return scope.call(script, "cross_fade", earlier, later, share);
    }

    /**
     * Frames as bytes, [T, H, W, 3].
     *
     * @return a new direct buffer, ready to read
     */
    public ByteBuffer bytes(TensorScope scope, IValue frames, int count, FrameSize size) {
        return samples(scope, frames, count, size, SampleDepth.EIGHT);
    }

    /**
     * Frames as samples with the given number of bits, [T, H, W, 3].
     *
     * @return a new direct buffer, ready to read
     */
    public ByteBuffer samples(
            TensorScope scope, IValue frames, int count, FrameSize size, SampleDepth bits) {
        int length = Math.multiplyExact(RgbClip.bytesPerFrame(size, bits), count);
        ByteBuffer rgb = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
        var shape = TensorShape.of(count, size.height(), size.width(), 3 * bits.bytes());
        String method = bits == SampleDepth.EIGHT ? "write" : "write_words";
        scope.call(script, method, frames, scope.hostTensor(rgb, TensorType.U8, shape));
        return rgb;
    }

    /**
     * Samples of 16 bit on the scale of those of 8.
     *
     * @param words uint8 [T, H, W, 6]
     * @return float32 [T, H, W, 3], 0 to 255
     */
    public IValue ofWords(TensorScope scope, IValue words) {
        return scope.call(script, "of_words", words);
    }

    /**
     * Copies float32 frames to the host.
     *
     * @param floats direct, takes all of them from its position on
     */
    public void toHost(TensorScope scope, IValue frames, ByteBuffer floats, TensorShape shape) {
        scope.call(script, "to_host", frames, scope.hostTensor(floats, TensorType.F32, shape));
    }

    @Override
    public void close() {
        script.close();
    }
}
