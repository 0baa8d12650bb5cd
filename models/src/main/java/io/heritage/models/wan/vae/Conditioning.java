package io.heritage.models.wan.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The given images as conditioning of an expert; docs/spec/wan22.md, section 1.4. The video between
 * them is grey: zero in the range -1 to 1.
 *
 * @param mode what follows the last frame
 * @param frames of the video to be made, 4n + 1
 * @param start image [3, H, W], -1 to 1
 * @param end image of that size, or null: only the start is given
 */
public record Conditioning(Mode mode, int frames, IValue start, @Nullable IValue end) {
    private static final int CHANNELS = 4;

    /** Position of the end image. */
    public enum Mode {
        /** It is the last frame. */
        LAST_FRAME,
        /** It is an additional frame, encoded alone into a separate latent frame. */
        EXTRA_END
    }

    /** Frames of the conditioning video. */
    public int videoFrames() {
        return isExtra() ? frames + 1 : frames;
    }

    public int latentFrames() {
        return VaeEncoder.latentFrames(frames) + (isExtra() ? 1 : 0);
    }

    private boolean isExtra() {
        return mode == Mode.EXTRA_END && end != null;
    }

    /** The conditioning video's frames. */
    public VaeEncoder.PictureSource source(VaeEncoder encoder) {
        return new VaeEncoder.PictureSource() {
            @Override
            public IValue frames(TensorScope scope, int first, int count) {
                return encoder.call(
                        scope,
                        "conditioning_frames",
                        scope.list(end == null ? List.of(start) : List.of(start, end)),
                        scope.number((long) videoFrames()),
                        scope.number((long) first),
                        scope.number((long) count));
            }

            @Override
            public boolean isZero(int first, int count) {
                return first > 0 && (end == null || first + count < videoFrames());
            }
        };
    }

    /**
     * The normalised latent of the video.
     *
     * @return [16, T', h, w]
     */
    public IValue latent(TensorScope scope, VaeEncoder encoder, Runnable layerDone) {
        VaeEncoder.PictureSource video = source(encoder);
        if (!isExtra()) {
            return encoder.encode(scope, video, frames, layerDone);
        }
        IValue before = encoder.encode(scope, video, frames, layerDone);
        IValue last =
                encoder.encode(
                        scope,
                        (s, first, count) -> video.frames(s, frames + first, count),
                        1,
                        layerDone);
        return encoder.call(scope, "joined", scope.list(List.of(before, last)), scope.number(1L));
    }

    /** Mask of the given pixel frames, [videoFrames]. */
    public float[] known() {
        float[] known = new float[videoFrames()];
        known[0] = 1;
        if (end != null) {
            known[known.length - 1] = 1;
        }
        return known;
    }

    /**
     * The mask, the first frame (and an extra last one) repeated for all four channels.
     *
     * @return [4, T', h, w]
     */
    public IValue mask(TensorScope scope, VaeEncoder encoder, IValue latent) {
        float[] known = known();
        int count = CHANNELS * latentFrames();
        ByteBuffer extended =
                ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            extended.putFloat(known[Math.clamp(i - 3L, 0, known.length - 1)]);
        }
        return encoder.call(
                scope,
                "mask",
                scope.tensor(extended.flip(), TensorType.F32, TensorShape.of(count)),
                latent);
    }

    /**
     * Mask and latent.
     *
     * @return [20, T', h, w]
     */
    public IValue tensor(TensorScope scope, VaeEncoder encoder, Runnable layerDone) {
        try (TensorScope own = encoder.newScope()) {
            IValue latent = latent(own, encoder, layerDone);
            IValue mask = mask(own, encoder, latent);
            return joined(scope, encoder, mask, latent);
        }
    }

    /** [20, T', h, w] of its two parts. */
    public static IValue joined(TensorScope scope, VaeEncoder encoder, IValue mask, IValue latent) {
        return encoder.call(scope, "joined", scope.list(List.of(mask, latent)), scope.number(0L));
    }
}
