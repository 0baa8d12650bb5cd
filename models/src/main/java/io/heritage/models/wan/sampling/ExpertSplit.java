package io.heritage.models.wan.sampling;

import java.util.Locale;

/**
 * Division of the steps between the high-noise and the low-noise expert; docs/spec/wan22.md,
 * section 9.
 */
public enum ExpertSplit {
    /** The first half. */
    HALF,
    /** Steps at a timestep of 900 and more, as in the official pipeline. */
    BOUNDARY,
    /** The first half; the solver forgets its history between the two, as two sampler nodes do. */
    TWO_SAMPLERS;

    private static final double BOUNDARY_TIMESTEP = 900 - 0.001;

    /** Steps of the high-noise expert. */
    public int highSteps(SigmaTable table) {
        return switch (this) {
            case HALF, TWO_SAMPLERS -> table.steps() / 2;
            case BOUNDARY -> table.stepsFrom(BOUNDARY_TIMESTEP);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
