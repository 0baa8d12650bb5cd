package io.heritage.models.seedvr2.memory;

import io.heritage.models.Work.Stage;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.clip.TemporalPadding;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.dit.DitLayout.Kind;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.dit.WindowPartition.Method;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.torch.Precision;
import io.heritage.schemas.FrameSize;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * Device memory of a clip by stage, from the shapes of tensors that are alive at once. Does not
 * include the kernels' work space.
 *
 * @param weights of transformer and VAE, which stay resident
 * @param stages bytes of activations at the peak of each stage, on top of the weights
 */
public record MemoryEstimate(long weights, Map<Stage, Long> stages) {
    /** Tensors of the widest level alive at once: input, normed, joined with the past, result. */
    private static final double ALIVE = 4;

    private static final int FLOAT = 4;
    private static final int RGB = 3;

    public MemoryEstimate {
        stages = Map.copyOf(stages);
    }

    public static MemoryEstimate of(
            DitLayout dit,
            VaeLayout vae,
            Precision precision,
            FrameGeometry geometry,
            int frames,
            RestoreOptions options) {
        int padded = TemporalPadding.paddedLength(frames);
        int latentFrames = (padded - 1) / VaeLayout.TEMPORAL_FACTOR + 1;
        Map<Stage, Long> stages = new EnumMap<>(Stage.class);
        var codec = new Codec(vae, precision, geometry, options, latentFrames);
        stages.put(Stage.ENCODE, codec.encoder());
        stages.put(Stage.DIFFUSE, diffusion(dit, precision, geometry, latentFrames));
        stages.put(Stage.DECODE, codec.decoder());
        return new MemoryEstimate(weights(dit, vae, precision, options.blocksOnHost()), stages);
    }

    /**
     * Bytes of the weights on the device; if blocks come one by one, while the transformer runs.
     */
    public static long weights(
            DitLayout dit, VaeLayout vae, Precision precision, boolean blocksOnHost) {
        long blocks = elements(dit.expected(), key -> key.startsWith("blocks."));
        long ends = elements(dit.expected(), key -> !key.startsWith("blocks."));
        long rest = ends + elements(vae.expected(), _ -> true);
        long block = blocks / dit.layers();
        return rest * precision.bytes()
                + (blocksOnHost ? block * bytesOfSwapped(precision) : blocks * precision.bytes());
    }

    /** The running block and the previous one; float32 weights may be used without conversion. */
    private static int bytesOfSwapped(Precision precision) {
        return 2 * precision.bytes() + (precision == Precision.FP32 ? 0 : FLOAT);
    }

    private static long elements(Map<String, TensorShape> shapes, Predicate<String> keys) {
        return shapes.entrySet().stream()
                .filter(shape -> keys.test(shape.getKey()))
                .mapToLong(shape -> shape.getValue().elements())
                .sum();
    }

    /** Gibibytes of the weights and of each stage. */
    String described() {
        var text = new StringJoiner(", ", "(", ")").add("weights " + gibibytes(weights));
        for (Stage stage : Stage.values()) {
            Long bytes = stages.get(stage);
            if (bytes != null) {
                text.add(stage.name().toLowerCase(Locale.ROOT) + " " + gibibytes(bytes));
            }
        }
        return text.toString();
    }

    static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f", bytes / (double) (1L << 30));
    }

    /** Peak bytes, including weights. */
    public long peak() {
        return weights + stages.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Residual streams, then either packed attention or the hidden layer; latents and tables. */
    private static long diffusion(
            DitLayout dit, Precision precision, FrameGeometry geometry, int latentFrames) {
        var grid =
                TokenGrid.ofLatent(latentFrames, geometry.latentHeight(), geometry.latentWidth());
        long tokens = grid.tokens();
        long windows = WindowPartition.RELEASED.windows(grid, Method.SHIFTED).size();
        long packed = tokens + windows * 64;
        long stream = tokens * dit.width() * precision.bytes();
        long norm = tokens * dit.width() * FLOAT;
        long attention = packed * dit.width() * precision.bytes() * 7 + norm;
        long hidden = tokens * dit.hidden() * precision.bytes();
        long mlp = norm + stream + (dit.kind() == Kind.MM_SWIGLU ? 2 : 1) * hidden;
        long tables = 2 * tokens * dit.headWidth() * FLOAT;
        long latents = 6 * tokens * 4 * DitLayout.LATENT_CHANNELS * FLOAT;
        return 3 * stream + Math.max(attention, mlp) + tables + latents;
    }

    /** The VAE: one slice of one tile, the caches of its convolutions, and waiting frames. */
    private record Codec(
            VaeLayout vae,
            Precision precision,
            FrameGeometry geometry,
            RestoreOptions options,
            int latentFrames) {
        long encoder() {
            return slice(vae.channels().getFirst()) + frames(sliceFrames());
        }

        long decoder() {
            int widest = Math.max(vae.channels().getFirst(), vae.channels().get(1));
            int waiting =
                    options.tiling() != null || !options.colourFix().perFrame()
                            ? (latentFrames - 1) * VaeLayout.TEMPORAL_FACTOR + 1
                            : sliceFrames();
            return slice(widest) + 2 * frames(waiting);
        }

        private int sliceFrames() {
            return latentFrames == 1
                    ? 1
                    : Math.min(
                            options.sliceFrames() + 1,
                            (latentFrames - 1) * VaeLayout.TEMPORAL_FACTOR + 1);
        }

        private long slice(int channels) {
            long activation = tilePixels() * channels * precision.bytes();
            boolean remembers = latentFrames > 1;
            int convolutions = 2 * 3 * 2;
            long memory = remembers ? activation * 2 * convolutions / 2 : 0;
            return (long) (ALIVE * activation * (sliceFrames() + (remembers ? 2 : 0))) + memory;
        }

        private long tilePixels() {
            FrameSize size = geometry.network();
            return options.tiling() == null
                    ? size.pixels()
                    : options.tiling().pixels(size.height(), size.width());
        }

        private long frames(int count) {
            return geometry.network().pixels() * RGB * FLOAT * count;
        }
    }
}
