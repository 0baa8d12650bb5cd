package io.heritage.models.seedvr2.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.vae.Tiling.Tile;
import io.heritage.models.seedvr2.vae.Tiling.TileSpan;
import io.heritage.models.seedvr2.weights.WeightLoader;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.RollingScope;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loaded video VAE: {@code seedvr2_vae.py} with its weights. Clips are fed in slices, part by
 * part; single frames use kernels whose three taps in time are summed. On the CPU float32 weights
 * may be the mapped file itself, so the checkpoint is closed after this.
 */
public final class Vae implements AutoCloseable {
    /** Scale of latents for the diffusion transformer (docs/spec/seedvr2.md, section 1.2). */
    static final double SCALE = 0.9152;

    /** Most products of queries and keys at once in the middle attention: 1 GiB in float32. */
    private static final long SCORES = 1L << 28;

    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope owner;
    private final VaeLayout layout;
    private final IValue weights;
    private @Nullable IValue imageWeights;

    private Vae(
            TorchRuntime runtime,
            TorchScript script,
            TensorScope owner,
            VaeLayout layout,
            IValue weights) {
        this.runtime = runtime;
        this.script = script;
        this.owner = owner;
        this.layout = layout;
        this.weights = weights;
    }

    /**
     * @param file for messages
     * @param groups of its group norms, 32 in the released file
     * @throws CheckpointMismatch if a key is missing, unexpected or misshapen
     */
    public static Vae load(
            TorchRuntime runtime,
            String file,
            Map<String, CheckpointTensor> tensors,
            int groups,
            Precision precision) {
        var todays = VaeLayout.underTodaysKeys(tensors);
        VaeLayout layout = VaeLayout.of(file, todays, groups);
        Checkpoint.requireExactly(file, todays, layout.expected());
        TorchScript script = runtime.load("seedvr2_vae");
        TensorScope owner = runtime.newScope();
        try {
            var loader = new WeightLoader(runtime, script, file, precision);
            return new Vae(runtime, script, owner, layout, loader.load(owner, todays));
        } catch (RuntimeException e) {
            owner.close();
            script.close();
            throw e;
        }
    }

    public VaeLayout layout() {
        return layout;
    }

    /** The compiled {@code seedvr2_vae.py}. */
    public TorchScript script() {
        return script;
    }

    /** Channels of its levels, full resolution first. */
    public List<Integer> channels() {
        return layout.channels();
    }

    /** Groups of every group norm. */
    public int groups() {
        return layout.groups();
    }

    /** Encoder of a clip that is fed in slices; the caller closes it. */
    ClipPass encoder(boolean image) {
        return new ClipPass("encode", layout.encoderParts(), image ? imageWeights() : weights);
    }

    /** Decoder of a clip that is fed in slices; the caller closes it. */
    ClipPass decoder(boolean image) {
        return new ClipPass("decode", layout.decoderParts(), image ? imageWeights() : weights);
    }

    /**
     * A scaled sample of the posterior.
     *
     * @param encoded [T, 32, H, W]
     * @param noise standard normal, [1, 16, T, H, W]
     * @return float32 [T, H, W, 16]
     */
    public IValue sample(TensorScope scope, IValue encoded, IValue noise) {
        return scope.call(script, "sample", encoded, noise, scope.number(SCALE));
    }

    /** Scales a latent [1, 16, T, H, W] for the diffusion transformer: [T, H, W, 16]. */
    public IValue scaled(TensorScope scope, IValue latent) {
        return scope.call(script, "scaled", latent, scope.number(SCALE));
    }

    /** Decoder input, [n, 16, H, W], from a scaled latent [T, H, W, 16]. */
    IValue latentFrames(TensorScope scope, IValue latent, VaeSlice slice) {
        return scope.call(
                script,
                "latent",
                latent,
                scope.number((long) slice.from()),
                scope.number((long) slice.length()),
                scope.number(SCALE));
    }

    /** Joins slices in time. */
    public IValue join(TensorScope scope, List<IValue> slices) {
        return scope.call(script, "join", scope.list(slices));
    }

    /** A tile of frames [T, C, H, W]; {@code factor} pixels are a latent position. */
    IValue cut(TensorScope scope, IValue frames, Tile tile, int factor) {
        return scope.call(
                script,
                "cut",
                frames,
                place(scope, tile.rows(), factor),
                place(scope, tile.columns(), factor),
                scope.number(2L));
    }

    /** A tile of a latent [T, H, W, 16]. */
    IValue latentPart(TensorScope scope, IValue latent, Tile tile) {
        return scope.call(
                script,
                "cut",
                latent,
                place(scope, tile.rows(), 1),
                place(scope, tile.columns(), 1),
                scope.number(1L));
    }

    private static IValue place(TensorScope scope, TileSpan span, int factor) {
        return scope.numbers((long) span.from() * factor, (long) span.length() * factor);
    }

    /** Zeros [T, C, height, width], T and C of a tile. */
    IValue canvas(TensorScope scope, IValue tile, int height, int width) {
        return scope.call(
                script, "canvas", tile, scope.number((long) height), scope.number((long) width));
    }

    /** Zeros [1, 1, height, width]. */
    IValue canvasWeight(TensorScope scope, IValue tile, int height, int width) {
        return scope.call(
                script,
                "canvas_weight",
                tile,
                scope.number((long) height),
                scope.number((long) width));
    }

    /**
     * Adds a tile to a canvas.
     *
     * @param canvas sum, weight and tile
     * @param overlaps pixels along rows and columns
     */
    void addTile(
            TensorScope scope, IValue[] canvas, TileSpan rows, TileSpan columns, IValue overlaps) {
        scope.call(
                script,
                "add_tile",
                canvas[0],
                canvas[1],
                canvas[2],
                span(scope, rows),
                span(scope, columns),
                overlaps);
    }

    private static IValue span(TensorScope scope, TileSpan span) {
        return scope.numbers(span.from(), span.first() ? 1 : 0, span.last() ? 1 : 0);
    }

    IValue blended(TensorScope scope, IValue sum, IValue weight) {
        return scope.call(script, "blended", sum, weight);
    }

    private IValue imageWeights() {
        if (imageWeights == null) {
            imageWeights = owner.call(script, "collapse", weights);
        }
        return imageWeights;
    }

    /** State of one clip in encoder or decoder, with the caches of the convolutions. */
    final class ClipPass implements AutoCloseable {
        private final String method;
        private final List<String> parts;
        private final IValue passWeights;
        private final TensorScope own = runtime.newScope();
        private final IValue memory = own.call(script, "memory");

        private ClipPass(String method, List<String> parts, IValue passWeights) {
            this.method = method;
            this.parts = parts;
            this.passWeights = passWeights;
        }

        int parts() {
            return parts.size();
        }

        /**
         * The next slice.
         *
         * @param scope owner of the result
         * @param frames encoder: [T, 3, H, W], -1 to 1, T = 4n + 1 in the first slice and 4n in
         *     later ones; decoder: [T, 16, H, W], any T
         * @param more whether another slice will follow
         * @param partDone called after each part; an exception stops the network
         * @return encoder: [T', 32, H / 8, W / 8]; decoder: [T', 3, 8 * H, 8 * W], float32
         */
        IValue slice(TensorScope scope, IValue frames, boolean more, Runnable partDone) {
            try (var x = new RollingScope(runtime, s -> part(s, parts.getFirst(), frames, more))) {
                partDone.run();
                for (String part : parts.subList(1, parts.size())) {
                    x.next(s -> part(s, part, x.value(), more));
                    partDone.run();
                }
                return x.into(scope);
            }
        }

        private IValue part(TensorScope scope, String part, IValue x, boolean more) {
            return scope.call(
                    script,
                    method,
                    passWeights,
                    scope.text(part),
                    x,
                    memory,
                    scope.flag(more),
                    scope.number((long) layout.groups()),
                    scope.number(SCORES));
        }

        @Override
        public void close() {
            own.close();
        }
    }

    @Override
    public void close() {
        owner.close();
        script.close();
    }
}
