package io.heritage.models.rife;

public record RifeOptions(RifePrecision precision) {
    /** Float32 throughout. */
    public static RifeOptions defaults() {
        return new RifeOptions(RifePrecision.FP32);
    }
}
