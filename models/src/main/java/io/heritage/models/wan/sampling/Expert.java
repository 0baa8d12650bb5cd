package io.heritage.models.wan.sampling;

import java.util.Locale;

/** The two transformers of Wan2.2 A14B. */
public enum Expert {
    /** Decides composition and motion. */
    HIGH_NOISE,
    /** Adds detail. */
    LOW_NOISE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
