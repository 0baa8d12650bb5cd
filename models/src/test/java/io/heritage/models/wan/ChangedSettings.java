package io.heritage.models.wan;

import io.heritage.models.torch.Precision;
import io.heritage.models.wan.weights.Float8Storage;

/** Settings that differ from others in one value. */
final class ChangedSettings {
    private ChangedSettings() {}

    static WanSettings float8(WanSettings from, Float8Storage storage) {
        return new WanSettings(
                from.solver(),
                from.shift(),
                from.split(),
                from.guidance(),
                from.precision(),
                storage,
                from.parsesEmphasis(),
                from.cleaning(),
                from.attention(),
                from.decodeChunk(),
                from.deviceBytes());
    }

    static WanSettings precision(WanSettings from, Precision precision) {
        return new WanSettings(
                from.solver(),
                from.shift(),
                from.split(),
                from.guidance(),
                precision,
                from.float8(),
                from.parsesEmphasis(),
                from.cleaning(),
                from.attention(),
                from.decodeChunk(),
                from.deviceBytes());
    }

    static WanSettings deviceBytes(WanSettings from, long bytes) {
        return new WanSettings(
                from.solver(),
                from.shift(),
                from.split(),
                from.guidance(),
                from.precision(),
                from.float8(),
                from.parsesEmphasis(),
                from.cleaning(),
                from.attention(),
                from.decodeChunk(),
                bytes);
    }

    static WanSettings guidance(WanSettings from, ExpertGuidance guidance) {
        return new WanSettings(
                from.solver(),
                from.shift(),
                from.split(),
                guidance,
                from.precision(),
                from.float8(),
                from.parsesEmphasis(),
                from.cleaning(),
                from.attention(),
                from.decodeChunk(),
                from.deviceBytes());
    }
}
