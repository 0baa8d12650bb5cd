package io.heritage.models.seedvr2;

import org.jspecify.annotations.Nullable;

/**
 * How a clip is restored.
 *
 * @param sliceFrames frames the VAE takes at once, a multiple of 4: more are faster and take more
 *     memory, the result is the same
 * @param tiling of the VAE; null: none
 * @param devices that share a clip, {@code sp_size}
 */
public record RestoreOptions(
        long seed,
        LerpSchedule schedule,
        Guidance guidance,
        ColourFix colourFix,
        int sliceFrames,
        @Nullable Tiling tiling,
        int devices) {
    /** The reference's: seed 666, one step, no guidance. */
    public static final RestoreOptions DEFAULT =
            new RestoreOptions(
                    666, new LerpSchedule(1), Guidance.NONE, ColourFix.WAVELET, 4, null, 1);

    public RestoreOptions {
        if (devices != 1) {
            throw new IllegalArgumentException(
                    "sp_size %d, this process uses one device for a job".formatted(devices));
        }
    }

    public RestoreOptions withSeed(long other) {
        return new RestoreOptions(
                other, schedule, guidance, colourFix, sliceFrames, tiling, devices);
    }

    public RestoreOptions withSampling(LerpSchedule steps, Guidance scale) {
        return new RestoreOptions(seed, steps, scale, colourFix, sliceFrames, tiling, devices);
    }

    public RestoreOptions withColourFix(ColourFix fix) {
        return new RestoreOptions(seed, schedule, guidance, fix, sliceFrames, tiling, devices);
    }

    /** Smaller or larger steps through the VAE. */
    public RestoreOptions withVae(int frames, @Nullable Tiling tiles) {
        return new RestoreOptions(seed, schedule, guidance, colourFix, frames, tiles, devices);
    }
}
