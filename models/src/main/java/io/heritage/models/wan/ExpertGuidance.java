package io.heritage.models.wan;

import io.heritage.models.wan.sampling.Expert;

/**
 * Scale of classifier-free guidance for each expert; at 1 the negative prompt is not evaluated.
 *
 * @param high of the high-noise expert
 * @param low of the low-noise expert
 */
public record ExpertGuidance(double high, double low) {
    /** No guidance, as distilled experts need. */
    public static final ExpertGuidance NONE = new ExpertGuidance(1, 1);

    private static final double SMALLEST_DIFFERENCE = 1e-6;

    double of(Expert expert) {
        return switch (expert) {
            case HIGH_NOISE -> high;
            case LOW_NOISE -> low;
        };
    }

    boolean asksNegative(Expert expert) {
        return Math.abs(of(expert) - 1) >= SMALLEST_DIFFERENCE;
    }

    boolean asksNegative() {
        return asksNegative(Expert.HIGH_NOISE) || asksNegative(Expert.LOW_NOISE);
    }
}
