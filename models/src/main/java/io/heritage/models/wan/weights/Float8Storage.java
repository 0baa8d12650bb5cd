package io.heritage.models.wan.weights;

/** What becomes of linear weights that a file holds in 8 bits. */
public enum Float8Storage {
    /** They stay 8 bits in memory and are widened for each product; merged ones are widened. */
    KEEP,
    /** Merged ones too are stored in 8 bits, with a scale of their own: half the memory. */
    REQUANTISE,
    /** All are widened when they are loaded: fastest, twice the memory. */
    WIDEN,
    /**
     * As {@link #REQUANTISE}, whatever the file holds, and products are in 8 bits too: each token
     * is rounded with a scale of its own. Only the linear layers of the experts' blocks; what comes
     * before and after them stays in float32. On Hopper only, and it loses accuracy.
     */
    MULTIPLY;

    /** For the text encoder, whose products are few. */
    public Float8Storage ofText() {
        return this == MULTIPLY ? KEEP : this;
    }
}
