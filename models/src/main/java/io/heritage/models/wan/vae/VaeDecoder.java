package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.vae.WanVaeLayout.Half;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.util.List;

/** Latent to video, a chunk of latent frames at a time. */
public final class VaeDecoder implements AutoCloseable {
    private static final int FRAMES_OF_LATENT = 4;

    private final VaeNetwork network;

    private VaeDecoder(VaeNetwork network) {
        this.network = network;
    }

    /** Takes decoded pictures; an exception stops the decoder. */
    @FunctionalInterface
    public interface PictureSink {
        /**
         * @param raw [1, 3, count, H, W], not clamped; lives until this returns
         * @param count 1, then 4 for each latent frame of the chunk
         */
        void decoded(TensorScope scope, IValue raw, int count);
    }

    /**
     * Checks and loads the decoder's part of the file; the caller closes it before the file.
     *
     * @param computeType of weights and activations, as torch counts types
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if it is the file of something else
     */
    public static VaeDecoder load(TorchRuntime runtime, WeightFile file, int computeType) {
        return new VaeDecoder(VaeNetwork.load(runtime, file, Half.DECODER, computeType));
    }

    /** Number of calls of {@code layerDone} for a latent. */
    public int steps(int latentFrames, int chunk) {
        return (1 + Math.ceilDiv(latentFrames - 1, chunk)) * network.layers();
    }

    /**
     * @param latent normalised, [16, T, H, W]
     * @param chunk latent frames that are decoded together after the first, at least 1; more is
     *     faster, in more memory, and the same
     * @param layerDone called after each layer of each chunk; an exception stops the decoder
     */
    public void decode(
            IValue latent, int latentFrames, int chunk, PictureSink sink, Runnable layerDone) {
        try (TensorScope own = network.runtime().newScope()) {
            IValue past = network.call(own, "nothing");
            for (int first = 0; first < latentFrames; ) {
                int count = first == 0 ? 1 : Math.min(chunk, latentFrames - first);
                try (TensorScope step = network.runtime().newScope()) {
                    IValue raw =
                            network.run(step, input(step, latent, first, count), past, layerDone);
                    sink.decoded(step, raw, first == 0 ? 1 : FRAMES_OF_LATENT * count);
                }
                first += count;
            }
        }
    }

    private IValue input(TensorScope scope, IValue latent, int first, int count) {
        IValue part =
                network.call(
                        scope,
                        "part",
                        latent,
                        scope.number(1L),
                        scope.number((long) first),
                        scope.number((long) count));
        return network.call(
                scope,
                "decoder_input",
                network.weights(),
                part,
                network.scale().mean(),
                network.scale().deviation());
    }

    /**
     * Frames as numbers from 0 to 1.
     *
     * @param raw [1, 3, T, H, W] as a sink gets it
     * @return [3, T, H, W] float32
     */
    public IValue pictures(TensorScope scope, IValue raw) {
        return network.call(scope, "pictures", raw);
    }

    /** One frame of pictures, [3, H, W]. */
    public IValue picture(TensorScope scope, IValue pictures, int frame) {
        return network.call(scope, "picture", pictures, scope.number((long) frame));
    }

    /**
     * One frame as 8-bit RGB, truncated, not rounded.
     *
     * @param pictures [3, T, H, W], 0 to 1
     * @param rgb direct, {@code 3 * width * height} bytes from position to limit
     */
    public void writeFrame(
            TensorScope scope, IValue pictures, int frame, int height, int width, ByteBuffer rgb) {
        network.call(
                scope,
                "frame_bytes",
                pictures,
                scope.number((long) frame),
                scope.hostTensor(rgb, TensorType.U8, TensorShape.of(height, width, 3)));
    }

    /** Concatenates chunks in time. */
    public IValue joined(TensorScope scope, List<IValue> chunks) {
        return network.call(scope, "joined", scope.list(chunks), scope.number(2L));
    }

    /** {@code raw} clamped to -1 .. 1. */
    public IValue clamped(TensorScope scope, IValue raw) {
        return network.call(scope, "clamped", raw);
    }

    @Override
    public void close() {
        network.close();
    }
}
