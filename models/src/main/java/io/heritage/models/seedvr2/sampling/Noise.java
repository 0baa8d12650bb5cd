package io.heritage.models.seedvr2.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Standard normal draws of one clip (docs/spec/seedvr2.md, section 1.3), in this order. */
public interface Noise {
    /** Noise for the VAE's posterior, [1, 16, T, H, W]. */
    IValue posterior(TensorScope scope, int frames, int height, int width);

    /** Start of the sampler, [T, H, W, 16]. */
    IValue start(TensorScope scope, int frames, int height, int width);

    /**
     * The same on every device for a seed; not that of the reference, which depends on its GPU's
     * generator. Created for each clip, so that all chunks of a video start with the same noise.
     */
    static Noise seeded(long seed) {
        return new Seeded(new SplittableRandom(seed));
    }

    /** Draws both tensors of a clip now, for repeated use. */
    default Noise drawn(TensorScope scope, int frames, FrameGeometry geometry) {
        int height = geometry.latentHeight();
        int width = geometry.latentWidth();
        return new Drawn(
                posterior(scope, frames, height, width), start(scope, frames, height, width));
    }

    /** Tensors that were drawn already. */
    record Drawn(IValue ofPosterior, IValue atStart) implements Noise {
        @Override
        public IValue posterior(TensorScope scope, int frames, int height, int width) {
            return ofPosterior;
        }

        @Override
        public IValue start(TensorScope scope, int frames, int height, int width) {
            return atStart;
        }
    }

    /** Draws from a generator. */
    record Seeded(RandomGenerator random) implements Noise {
        private static final int CHANNELS = DitLayout.LATENT_CHANNELS;

        @Override
        public IValue posterior(TensorScope scope, int frames, int height, int width) {
            return draw(scope, TensorShape.of(1, CHANNELS, frames, height, width));
        }

        @Override
        public IValue start(TensorScope scope, int frames, int height, int width) {
            return draw(scope, TensorShape.of(frames, height, width, CHANNELS));
        }

        private IValue draw(TensorScope scope, TensorShape shape) {
            int count = Math.toIntExact(shape.elements());
            ByteBuffer values =
                    ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
                            .order(ByteOrder.nativeOrder());
            for (int i = 0; i < count; i++) {
                values.putFloat((float) random.nextGaussian());
            }
            return scope.tensor(values.flip(), TensorType.F32, shape);
        }
    }
}
