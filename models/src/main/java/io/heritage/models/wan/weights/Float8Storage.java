package io.heritage.models.wan.weights;

/** What becomes of linear weights that a file holds in 8 bits. */
public enum Float8Storage {
    /** They stay 8 bits in memory and are widened for each product; merged ones are widened. */
    KEEP,
    /** Merged ones too are stored in 8 bits, with a scale of their own: half the memory. */
    REQUANTISE,
    /** All are widened when they are loaded: fastest, twice the memory. */
    WIDEN
}
