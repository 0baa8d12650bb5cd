package io.heritage.models.wan.weights;

/** Storage of linear weights that a file holds in 8 bits. */
public enum Float8Storage {
    /**
     * They stay in 8 bits and are widened for each product; those with a LoRA merged into them are
     * widened when loaded.
     */
    KEEP,
    /**
     * Those with a LoRA merged into them are also stored in 8 bits, with a scale of their own: half
     * the memory.
     */
    REQUANTISE,
    /** All are widened when loaded: fastest, twice the memory. */
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
