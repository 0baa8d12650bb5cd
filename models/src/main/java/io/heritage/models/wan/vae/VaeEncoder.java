package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.vae.WanVaeLayout.Half;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Video to latent, in chunks of 1, 4, 4, … frames. */
public final class VaeEncoder implements AutoCloseable {
    /**
     * As published, whatever the other networks compute in: the encoder is a small part of the
     * work, and some versions of cuDNN convolve over time wrongly in bfloat16.
     */
    public static final Precision PRECISION = Precision.FP32;

    private static final int FRAMES_OF_LATENT = 4;
    private static final int TIME = 2;

    private final VaeNetwork network;

    private VaeEncoder(VaeNetwork network) {
        this.network = network;
    }

    /** Source of a video's frames, generated as they are read. */
    @FunctionalInterface
    public interface PictureSource {
        /**
         * @return [1, 3, count, H, W], -1 to 1
         */
        IValue frames(TensorScope scope, int first, int count);

        /** Whether frames are all zero, so that their encoding may be known already. */
        default boolean isZero(int first, int count) {
            return false;
        }
    }

    /** Mean and log variance, each [1, 16, T, H, W], of the encoder's output [1, 32, T, H, W]. */
    public record Moments(IValue encoded, IValue mean, IValue logVariance) {}

    /**
     * Checks and loads the encoder's part of the file; the caller closes it before the file.
     *
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if it is the file of something else
     */
    public static VaeEncoder load(TorchRuntime runtime, WeightFile file) {
        return new VaeEncoder(VaeNetwork.load(runtime, file, Half.ENCODER, PRECISION.torchType()));
    }

    /** Latent frames of a video; up to 3 frames at its end that fill no chunk are left out. */
    public static int latentFrames(int frames) {
        return (frames - 1) / FRAMES_OF_LATENT + 1;
    }

    /** Most calls of {@code layerDone} for a video. */
    public int steps(int frames) {
        return latentFrames(frames) * network.layers();
    }

    /**
     * @param scope owner of the result
     * @param frames of the source
     * @param layerDone called after each layer of each chunk; an exception stops the encoder
     * @return normalised, [16, T', H / 8, W / 8] float32
     */
    public IValue encode(TensorScope scope, PictureSource source, int frames, Runnable layerDone) {
        try (TensorScope own = network.runtime().newScope()) {
            IValue mean = moments(own, source, frames, layerDone).mean();
            return network.call(
                    scope, "normalised", mean, network.scale().mean(), network.scale().deviation());
        }
    }

    /** Mean and log variance of the latent. */
    public Moments moments(
            TensorScope scope, PictureSource source, int frames, Runnable layerDone) {
        IValue encoded = network.call(scope, "joined", chunks(scope, source, frames, layerDone));
        IValue[] parts = scope.parts(network.call(scope, "moments", network.weights(), encoded));
        return new Moments(encoded, parts[0], parts[1]);
    }

    private IValue[] chunks(
            TensorScope scope, PictureSource source, int frames, Runnable layerDone) {
        List<IValue> chunks = new ArrayList<>();
        try (TensorScope own = network.runtime().newScope();
                var steady = new SteadyLayers(network.runtime())) {
            IValue past = network.call(own, "nothing");
            for (int i = 0; i < latentFrames(frames); i++) {
                int first = i == 0 ? 0 : FRAMES_OF_LATENT * i - 3;
                int count = i == 0 ? 1 : FRAMES_OF_LATENT;
                try (TensorScope step = network.runtime().newScope()) {
                    IValue video = source.frames(step, first, count);
                    chunks.add(
                            source.isZero(first, count)
                                    ? network.repeat(scope, video, past, steady, layerDone)
                                    : network.run(scope, video, past, layerDone));
                }
            }
        }
        return new IValue[] {scope.list(chunks), scope.number((long) TIME)};
    }

    /** For comparison with reference tensors: an existing video, [1, 3, T, H, W]. */
    public PictureSource of(IValue video) {
        return (scope, first, count) ->
                network.call(
                        scope,
                        "part",
                        video,
                        scope.number((long) TIME),
                        scope.number((long) first),
                        scope.number((long) count));
    }

    TensorScope newScope() {
        return network.runtime().newScope();
    }

    /**
     * The encoder's input for an image.
     *
     * @param rgb 8 bits, row by row, {@code 3 * width * height} bytes from its position
     * @return [3, H, W] float32, -1 to 1
     */
    public IValue image(TensorScope scope, ByteBuffer rgb, int height, int width) {
        ByteBuffer bytes = rgb.slice(rgb.position(), 3 * width * height);
        return network.call(
                scope,
                "image",
                scope.tensor(bytes, TensorType.U8, TensorShape.of(height, width, 3)));
    }

    IValue call(TensorScope scope, String method, IValue... arguments) {
        return network.call(scope, method, arguments);
    }

    @Override
    public void close() {
        network.close();
    }
}
