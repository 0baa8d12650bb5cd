package io.heritage.models.seedvr2.clip;

import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.models.seedvr2.vae.Tiling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options for restoring a clip.
 *
 * @param sliceFrames frames the VAE takes at once, a multiple of 4: more are faster and take more
 *     memory, the result is the same
 * @param tiling of the VAE; null: none
 * @param blocksOnHost whether weights of the transformer come to the device one block at a time:
 *     slower, in less memory, the result is the same
 */
public record RestoreOptions(
        long seed,
        LerpSchedule schedule,
        Guidance guidance,
        ColourFix colourFix,
        int sliceFrames,
        @Nullable Tiling tiling,
        boolean blocksOnHost) {
    public static final String BLOCKS_ON_HOST = "transformer blocks loaded one by one";

    /** The reference's: seed 666, one step, no guidance. */
    public static final RestoreOptions DEFAULT =
            new RestoreOptions(
                    666, new LerpSchedule(1), Guidance.NONE, ColourFix.WAVELET, 4, null, false);

    /** Names of these options' memory savings that change the result or slow it down. */
    public List<String> memorySavings() {
        List<String> names = new ArrayList<>();
        if (tiling != null) {
            names.add(tiling.described());
        }
        if (blocksOnHost) {
            names.add(BLOCKS_ON_HOST);
        }
        return names;
    }

    public RestoreOptions withSeed(long other) {
        return new RestoreOptions(
                other, schedule, guidance, colourFix, sliceFrames, tiling, blocksOnHost);
    }

    public RestoreOptions withSampling(LerpSchedule steps, Guidance scale) {
        return new RestoreOptions(seed, steps, scale, colourFix, sliceFrames, tiling, blocksOnHost);
    }

    public RestoreOptions withColourFix(ColourFix fix) {
        return new RestoreOptions(seed, schedule, guidance, fix, sliceFrames, tiling, blocksOnHost);
    }

    /** A copy with different slices and tiles. */
    public RestoreOptions withVae(int frames, @Nullable Tiling tiles) {
        return new RestoreOptions(seed, schedule, guidance, colourFix, frames, tiles, blocksOnHost);
    }

    public RestoreOptions withBlocksOnHost(boolean onHost) {
        return new RestoreOptions(seed, schedule, guidance, colourFix, sliceFrames, tiling, onHost);
    }
}
