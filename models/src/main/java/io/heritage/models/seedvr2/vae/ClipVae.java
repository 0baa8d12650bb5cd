package io.heritage.models.seedvr2.vae;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.seedvr2.vae.Tiling.Tile;
import io.heritage.models.seedvr2.vae.Tiling.TileSpan;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes whole clips through the VAE slice by slice, and tile by tile if asked. A clip of one frame
 * uses the collapsed kernels.
 *
 * @param sliceFrames frames of a slice, a multiple of 4
 * @param tiling null: none
 */
public record ClipVae(TorchRuntime runtime, Vae vae, int sliceFrames, @Nullable Tiling tiling) {
    private static final int FACTOR = VaeLayout.SPATIAL_FACTOR;

    /** Frames of a clip as the network takes them, a few at a time. */
    @FunctionalInterface
    public interface ClipFrames {
        /**
         * @param scope owner of the result
         * @return float32 [count, 3, H, W]
         */
        IValue read(TensorScope scope, int first, int count);
    }

    /** Takes decoded frames in order. */
    @FunctionalInterface
    public interface DecodedFrames {
        /**
         * @param scope owner of the frames, closed after this
         * @param frames float32 [count, 3, H, W]
         */
        void accept(TensorScope scope, IValue frames, int first, int count);
    }

    /** Counts blocks of a pass over a clip. */
    @FunctionalInterface
    public interface BlockCount {
        void blockDone(int done, int total);
    }

    /**
     * @param scope owner of the result
     * @param latentFrames of the clip, which has 4 * latentFrames - 3 frames
     * @return mean and log-variance, [T, 32, H / 8, W / 8]
     */
    public IValue encode(
            TensorScope scope,
            int latentFrames,
            int latentHeight,
            int latentWidth,
            ClipFrames frames,
            BlockCount count) {
        if (tiling == null || tiling.covers(latentHeight, latentWidth)) {
            var blocks = new Blocks(count, 1, latentFrames, vae.layout().encoderParts().size());
            return encoded(scope, latentFrames, frames, blocks);
        }
        List<Tile> tiles = tiling.tiles(latentHeight, latentWidth);
        var blocks =
                new Blocks(count, tiles.size(), latentFrames, vae.layout().encoderParts().size());
        try (TensorScope sums = runtime.newScope()) {
            var canvas = new Canvas(sums, latentHeight, latentWidth, 1);
            for (Tile tile : tiles) {
                try (TensorScope own = runtime.newScope()) {
                    ClipFrames cut =
                            (s, first, n) -> cut(s, frames.read(s, first, n), tile, FACTOR);
                    canvas.add(own, encoded(own, latentFrames, cut, blocks), tile);
                }
            }
            return canvas.blended(scope);
        }
    }

    private IValue encoded(TensorScope scope, int latentFrames, ClipFrames frames, Blocks blocks) {
        try (TensorScope own = runtime.newScope();
                var pass = vae.encoder(latentFrames == 1)) {
            List<IValue> parts = new ArrayList<>();
            for (VaeSlice slice : VaeSlice.of(latentFrames, sliceFrames)) {
                try (TensorScope input = runtime.newScope()) {
                    IValue x = frames.read(input, slice.firstFrame(), slice.frames());
                    parts.add(pass.slice(own, x, !slice.last(), blocks));
                }
            }
            return vae.join(scope, parts);
        }
    }

    /**
     * @param latent [T, H, W, 16], scaled
     */
    public void decode(
            IValue latent,
            int latentFrames,
            int latentHeight,
            int latentWidth,
            DecodedFrames to,
            BlockCount count) {
        int parts = vae.layout().decoderParts().size();
        if (tiling == null || tiling.covers(latentHeight, latentWidth)) {
            decodeSlices(latent, latentFrames, to, new Blocks(count, 1, latentFrames, parts));
            return;
        }
        List<Tile> tiles = tiling.tiles(latentHeight, latentWidth);
        var blocks = new Blocks(count, tiles.size(), latentFrames, parts);
        try (TensorScope sums = runtime.newScope()) {
            var canvas = new Canvas(sums, FACTOR * latentHeight, FACTOR * latentWidth, FACTOR);
            for (Tile tile : tiles) {
                try (TensorScope own = runtime.newScope()) {
                    List<IValue> slices = new ArrayList<>();
                    IValue part = vae.latentPart(own, latent, tile);
                    decodeSlices(
                            part,
                            latentFrames,
                            (s, frames, _, _) -> slices.add(s.moveTo(own, frames)),
                            blocks);
                    canvas.add(own, vae.join(own, slices), tile);
                }
            }
            int frames = VaeLayout.TEMPORAL_FACTOR * (latentFrames - 1) + 1;
            try (TensorScope own = runtime.newScope()) {
                to.accept(own, canvas.blended(own), 0, frames);
            }
        }
    }

    private void decodeSlices(IValue latent, int latentFrames, DecodedFrames to, Blocks blocks) {
        try (var pass = vae.decoder(latentFrames == 1)) {
            for (VaeSlice slice : VaeSlice.of(latentFrames, sliceFrames)) {
                try (TensorScope own = runtime.newScope()) {
                    IValue z = vae.latentFrames(own, latent, slice);
                    IValue frames = pass.slice(own, z, !slice.last(), blocks);
                    to.accept(own, frames, slice.firstFrame(), slice.frames());
                }
            }
        }
    }

    private IValue cut(TensorScope scope, IValue x, Tile tile, int factor) {
        return vae.cut(scope, x, tile, factor);
    }

    /** Counts the blocks of all slices and tiles. */
    private final class Blocks implements Runnable {
        private final BlockCount count;
        private final int total;
        private int done;

        Blocks(BlockCount count, int tiles, int latentFrames, int parts) {
            this.count = count;
            this.total = tiles * VaeSlice.of(latentFrames, sliceFrames).size() * parts;
        }

        @Override
        public void run() {
            count.blockDone(++done, total);
        }
    }

    /** Sums up the weighted tiles of a picture. */
    private final class Canvas {
        private final TensorScope sums;
        private final int height;
        private final int width;
        private final int factor;
        private @Nullable IValue sum;
        private @Nullable IValue weight;

        /**
         * @param factor pixels for a latent position
         */
        Canvas(TensorScope sums, int height, int width, int factor) {
            this.sums = sums;
            this.height = height;
            this.width = width;
            this.factor = factor;
        }

        void add(TensorScope scope, IValue tile, Tile place) {
            if (sum == null || weight == null) {
                sum = vae.canvas(sums, tile, height, width);
                weight = vae.canvasWeight(sums, tile, height, width);
            }
            vae.addTile(
                    scope,
                    new IValue[] {sum, weight, tile},
                    scaled(place.rows()),
                    scaled(place.columns()),
                    overlaps(scope));
        }

        /** Pixels along rows and columns. */
        private IValue overlaps(TensorScope scope) {
            if (tiling == null) {
                throw new IllegalStateException("a canvas was made although there are no tiles");
            }
            return scope.numbers(
                    tiling.rows().latentOverlap() * factor,
                    tiling.columns().latentOverlap() * factor);
        }

        private TileSpan scaled(TileSpan span) {
            return new TileSpan(
                    span.from() * factor, span.length() * factor, span.first(), span.last());
        }

        IValue blended(TensorScope scope) {
            if (sum == null || weight == null) {
                throw new IllegalStateException("the canvas is read before a tile was added");
            }
            return vae.blended(scope, sum, weight);
        }
    }
}
