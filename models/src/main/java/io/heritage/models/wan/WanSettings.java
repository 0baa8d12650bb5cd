package io.heritage.models.wan;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.Precision;
import io.heritage.models.wan.dit.AttentionKernel;
import io.heritage.models.wan.sampling.ExpertSplit;
import io.heritage.models.wan.sampling.SolverKind;
import io.heritage.models.wan.text.PromptCleaning;
import io.heritage.models.wan.weights.Float8Storage;

/**
 * Settings of a deployment of Wan2.2.
 *
 * @param shift of the noise table, above 0
 * @param parsesEmphasis whether brackets in a prompt emphasise
 * @param attention kernel of the experts' attention
 * @param decodeChunk latent frames that are decoded together, at least 1
 * @param deviceBytes memory that may be used; 0: no limit but the device's own
 */
public record WanSettings(
        SolverKind solver,
        double shift,
        ExpertSplit split,
        ExpertGuidance guidance,
        Precision precision,
        Float8Storage float8,
        boolean parsesEmphasis,
        PromptCleaning cleaning,
        AttentionKernel attention,
        int decodeChunk,
        long deviceBytes) {
    private static final double DEFAULT_SHIFT = 8;

    public WanSettings {
        if (!(shift > 0) || decodeChunk < 1 || deviceBytes < 0) {
            throw new IllegalArgumentException(
                    "shift %s must be above 0, decode chunk %d at least 1, device bytes %d at least 0"
                            .formatted(shift, decodeChunk, deviceBytes));
        }
    }

    /** Settings of the documented endpoint: Euler, shift 8, no guidance, half of the steps each. */
    public static WanSettings defaults(Device device) {
        return new WanSettings(
                SolverKind.EULER,
                DEFAULT_SHIFT,
                ExpertSplit.HALF,
                ExpertGuidance.NONE,
                Precision.usualOn(device),
                Float8Storage.KEEP,
                true,
                PromptCleaning.NONE,
                AttentionKernel.AUTO,
                1,
                0);
    }
}
