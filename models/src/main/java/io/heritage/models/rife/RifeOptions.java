package io.heritage.models.rife;

import io.heritage.models.torch.Precision;

public record RifeOptions(Precision precision) {
    /** Float32 throughout. */
    public static RifeOptions defaults() {
        return new RifeOptions(Precision.FP32);
    }
}
