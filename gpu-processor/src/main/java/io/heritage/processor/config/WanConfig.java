package io.heritage.processor.config;

import io.heritage.models.torch.Device;
import io.heritage.models.wan.ExpertGuidance;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanSettings;
import io.heritage.models.wan.dit.AttentionKernel;
import io.heritage.models.wan.sampling.ExpertSplit;
import io.heritage.models.wan.sampling.SolverKind;
import io.heritage.models.wan.weights.Float8Storage;

/**
 * Settings of Wan2.2; the number of steps comes with each request. Defaults: docs/spec/wan22.md,
 * section 8.6.
 *
 * @param files in the folder of models
 * @param solver of the way from noise to a video
 * @param shift of the noise table, above 0
 * @param split the steps of the high-noise expert
 * @param guidance 1 as distilled experts want it; the negative prompt then has no effect
 * @param float8 treatment of weights that a file holds in 8 bits
 * @param emphasis whether brackets in a prompt emphasise
 * @param attention kernel of the experts' attention
 * @param memoryBytes of the device that it may use; 0: all
 */
public record WanConfig(
        WanFileNames files,
        SolverKind solver,
        double shift,
        ExpertSplit split,
        ExpertGuidance guidance,
        Float8Storage float8,
        boolean emphasis,
        AttentionKernel attention,
        long memoryBytes) {

    public WanConfig {
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("shift: expected more than 0, found " + shift);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "memory-bytes: expected 0 (all of it) or more, found " + memoryBytes);
        }
    }

    public static WanConfig defaults() {
        WanSettings usual = WanSettings.defaults(new Device.Cpu());
        return new WanConfig(
                WanFileNames.DOCUMENTED,
                usual.solver(),
                usual.shift(),
                usual.split(),
                usual.guidance(),
                usual.float8(),
                usual.parsesEmphasis(),
                usual.attention(),
                usual.deviceBytes());
    }

    /**
     * @param deviceBytes that may be used, 0 if that is not known
     */
    public WanSettings settings(Device device, long deviceBytes) {
        WanSettings usual = WanSettings.defaults(device);
        return new WanSettings(
                solver,
                shift,
                split,
                guidance,
                usual.precision(),
                float8,
                emphasis,
                usual.cleaning(),
                attention,
                usual.decodeChunk(),
                deviceBytes);
    }
}
