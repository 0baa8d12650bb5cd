package io.heritage.models.wan;

import io.heritage.models.Work.Stage;
import io.heritage.models.rife.Rife;
import io.heritage.models.torch.Precision;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.vae.VaeEncoder;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.vae.WanVaeLayout.Half;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Device memory of a video, from the shapes of tensors that are alive at once. Does not include the
 * kernels' work space.
 *
 * @param weights peak bytes of weights for each residency
 * @param stages bytes of activations at the peak of each stage, on top of the weights
 */
record WanMemoryEstimate(Map<Residency, Long> weights, Map<Stage, Long> stages) {
    private static final int FLOAT = 4;
    private static final int RGB = 3;
    private static final int SPACE = 8;
    private static final int FRAMES_OF_LATENT = 4;

    /**
     * Tensors of a VAE's widest level alive at once: input, normed, joined with the past, result;
     * or input, first result, and two of its norm.
     */
    private static final int ALIVE = 4;

    WanMemoryEstimate {
        weights = Map.copyOf(weights);
        stages = Map.copyOf(stages);
    }

    /**
     * Bytes of weights by network.
     *
     * @param expert of one
     * @param block of one block of an expert
     */
    record NetworkBytes(long expert, long block, long text, long vae) {}

    static WanMemoryEstimate of(
            WanDitLayout dit,
            WanVaeLayout vae,
            NetworkBytes weights,
            Precision precision,
            int decodeChunk,
            LatentSize size) {
        Map<Residency, Long> kept = new EnumMap<>(Residency.class);
        kept.put(Residency.ALL, 2 * weights.expert + weights.text + weights.vae);
        kept.put(Residency.ONE_EXPERT, Math.max(weights.expert, weights.text) + weights.vae);
        kept.put(Residency.SWAP_BLOCKS, Math.max(2 * weights.block, weights.text) + weights.vae);
        Map<Stage, Long> stages = new EnumMap<>(Stage.class);
        stages.put(Stage.ENCODE, encoding(vae, size));
        stages.put(Stage.DIFFUSE, diffusion(dit, precision, size));
        stages.put(
                Stage.DECODE,
                decoding(vae, precision, FRAMES_OF_LATENT * decodeChunk, size)
                        + Rife.peakBytes(SPACE * size.width(), SPACE * size.height()));
        return new WanMemoryEstimate(kept, stages);
    }

    /** Residual stream, then either attention with its float32 queries or the hidden layer. */
    private static long diffusion(WanDitLayout dit, Precision precision, LatentSize size) {
        long tokens = size.tokens();
        long wide = tokens * dit.width();
        long attention = wide * (3L * FLOAT + 4L * precision.bytes());
        long feedForward =
                wide * (FLOAT + 2L * precision.bytes()) + tokens * dit.hidden() * precision.bytes();
        long rope = tokens * 128 * FLOAT;
        long latents = 8 * tokens * FRAMES_OF_LATENT * LatentSize.CHANNELS * FLOAT;
        return wide * FLOAT + Math.max(attention, feedForward) + rope + latents;
    }

    /** Bytes of the VAE's weights; all but the encoder use the configured precision. */
    static long vaeBytes(WanVaeLayout vae, Precision precision) {
        return vae.parameters(Half.ENCODER) * VaeEncoder.PRECISION.bytes()
                + vae.parameters(Half.DECODER) * precision.bytes();
    }

    /**
     * A residual block at full size where it is largest, in its second norm, and what the causal
     * layers remember: two frames for each of four convolutions at full size, and not as much again
     * of the smaller levels. Where frames repeat, a block's memory is kept for comparison.
     */
    private static long encoding(WanVaeLayout vae, LatentSize size) {
        long pixels = (long) SPACE * size.height() * SPACE * size.width();
        long frame = pixels * vae.width() * VaeEncoder.PRECISION.bytes();
        long alive = ALIVE * FRAMES_OF_LATENT * frame;
        long remembered = 2 * 4 * 2 * frame;
        long compared = 2 * 2 * frame;
        return alive + remembered + compared + FRAMES_OF_LATENT * pixels * RGB * FLOAT;
    }

    /** One chunk of the decoder at full size, and the caches of the causal layers. */
    private static long decoding(
            WanVaeLayout vae, Precision precision, int frames, LatentSize size) {
        long pixels = (long) SPACE * size.height() * SPACE * size.width();
        long frame = pixels * vae.width() * precision.bytes();
        long norms = pixels * vae.width() * FLOAT * frames;
        long remembered = 2 * 6 * 2 * frame;
        return ALIVE * frame * (frames + 2) + norms + remembered + frames * pixels * RGB * FLOAT;
    }

    /** Peak bytes, including weights. */
    long peak(Residency residency) {
        return weights.getOrDefault(residency, 0L)
                + stages.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** The largest residency that fits; empty if none does. */
    Optional<Residency> fitting(long deviceBytes) {
        for (Residency residency : Residency.values()) {
            if (peak(residency) <= deviceBytes) {
                return Optional.of(residency);
            }
        }
        return Optional.empty();
    }
}
