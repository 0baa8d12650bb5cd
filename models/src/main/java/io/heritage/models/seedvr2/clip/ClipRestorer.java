package io.heritage.models.seedvr2.clip;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.seedvr2.sampling.EulerSampler;
import io.heritage.models.seedvr2.sampling.Noise;
import io.heritage.models.seedvr2.vae.ClipVae;
import io.heritage.models.seedvr2.vae.ClipVae.DecodedFrames;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.SampleDepth;

/**
 * The steps of one clip, in order: condition, diffuse, decode, finish (docs/spec/seedvr2.md,
 * section 1). Results of a step live in the scope that is given. One thread.
 */
public final class ClipRestorer {
    private final TorchRuntime runtime;
    private final Networks networks;
    private final RestoreOptions options;
    private final Work work;
    private final ClipVae vae;

    public ClipRestorer(
            TorchRuntime runtime, Networks networks, RestoreOptions options, Work work) {
        this.runtime = runtime;
        this.networks = networks;
        this.options = options;
        this.work = work;
        this.vae = new ClipVae(runtime, networks.vae(), options.sliceFrames(), options.tiling());
    }

    /**
     * The networks that the steps use; owned by the caller.
     *
     * @param negative used under guidance only
     */
    public record Networks(
            Dit dit,
            Vae vae,
            FramePixels pixels,
            EulerSampler sampler,
            TextEmbedding positive,
            TextEmbedding negative) {}

    /** Latent frames of a number of frames, after padding. */
    public int latentFrames(int frames) {
        int padded = TemporalPadding.paddedLength(frames);
        return (padded - 1) / VaeLayout.TEMPORAL_FACTOR + 1;
    }

    /** Input frames of the network; the last one is repeated at the end of the clip. */
    IValue networkInput(
            TensorScope scope, RgbClip clip, FrameGeometry geometry, int first, int count) {
        int there = Math.clamp(clip.frames() - first, 1, count);
        int from = Math.min(first, clip.frames() - 1);
        IValue samples = clip.tensor(scope, from, there);
        IValue rgb =
                clip.bits() == SampleDepth.EIGHT
                        ? samples
                        : networks.pixels().ofWords(scope, samples);
        IValue frames = networks.pixels().prepare(scope, rgb, geometry);
        return there == count ? frames : networks.pixels().repeatLast(scope, frames, count);
    }

    /** The clip's latent, which the network is conditioned on: [T, H / 8, W / 8, 16], scaled. */
    public IValue condition(TensorScope scope, RgbClip clip, FrameGeometry geometry, Noise noise) {
        int frames = latentFrames(clip.frames());
        int height = geometry.latentHeight();
        int width = geometry.latentWidth();
        try (TensorScope own = runtime.newScope()) {
            IValue encoded =
                    vae.encode(
                            own,
                            frames,
                            height,
                            width,
                            (s, first, count) -> networkInput(s, clip, geometry, first, count),
                            (done, total) -> work.advanced(Stage.ENCODE, done, total));
            IValue draw = noise.posterior(own, frames, height, width);
            return networks.vae().sample(scope, encoded, draw);
        }
    }

    /**
     * The restored latent, of the shape of the condition.
     *
     * @param frames latent frames
     */
    public IValue diffuse(
            TensorScope scope, IValue condition, int frames, FrameGeometry geometry, Noise noise) {
        int height = geometry.latentHeight();
        int width = geometry.latentWidth();
        var grid = TokenGrid.ofLatent(frames, height, width);
        var blocks = new DiffusionBlocks();
        try (TensorScope own = runtime.newScope()) {
            IValue start = noise.start(own, frames, height, width);
            return networks.sampler()
                    .sample(
                            scope,
                            start,
                            options.schedule(),
                            (s, x, timestep, _) ->
                                    velocity(s, x, condition, timestep, grid, blocks));
        }
    }

    private IValue velocity(
            TensorScope scope,
            IValue x,
            IValue condition,
            double timestep,
            TokenGrid grid,
            Runnable blockDone) {
        Dit dit = networks.dit();
        IValue input = networks.sampler().input(scope, x, condition);
        IValue positive =
                dit.velocity(scope, input, networks.positive(), timestep, grid, blockDone);
        if (!options.guidance().needsNegative()) {
            return positive;
        }
        IValue negative =
                dit.velocity(scope, input, networks.negative(), timestep, grid, blockDone);
        return networks.sampler().guided(scope, positive, negative, options.guidance());
    }

    /** Counts blocks over all steps. */
    private final class DiffusionBlocks implements Runnable {
        private final int total =
                options.schedule().steps()
                        * (options.guidance().needsNegative() ? 2 : 1)
                        * networks.dit().layers();
        private int done;

        @Override
        public void run() {
            work.advanced(Stage.DIFFUSE, ++done, total);
        }
    }

    /**
     * Decodes a latent slice by slice, the frames that padded the clip included.
     *
     * @param frames latent frames
     */
    public void decode(IValue latent, int frames, FrameGeometry geometry, DecodedFrames to) {
        vae.decode(
                latent,
                frames,
                geometry.latentHeight(),
                geometry.latentWidth(),
                to,
                (done, total) -> work.advanced(Stage.DECODE, done, total));
    }

    /**
     * Decoded frames with the colours of the input.
     *
     * @param decoded [count, 3, H, W], frames of the clip from {@code first}
     * @return [count, 3, H', W'] of the output size
     */
    public IValue finish(
            TensorScope scope,
            IValue decoded,
            RgbClip clip,
            FrameGeometry geometry,
            int first,
            int count) {
        IValue style = networkInput(scope, clip, geometry, first, count);
        IValue fixed = networks.pixels().corrected(scope, options.colourFix(), decoded, style);
        return networks.pixels().part(scope, fixed, count, geometry.output());
    }
}
