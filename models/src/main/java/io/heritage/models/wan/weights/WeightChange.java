package io.heritage.models.wan.weights;

/** Change of one weight by a LoRA; docs/spec/wan22.md, section 7.6. */
public sealed interface WeightChange {
    /**
     * {@code factor * up down}.
     *
     * @param factor strength times alpha by rank
     */
    record LowRank(StoredWeight down, StoredWeight up, double factor) implements WeightChange {}

    /** {@code factor * difference}. */
    record Difference(StoredWeight difference, double factor) implements WeightChange {}
}
