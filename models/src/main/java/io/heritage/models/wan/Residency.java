package io.heritage.models.wan;

/** What of the weights stays on the device, most first. */
public enum Residency {
    /** Both experts, text encoder and VAE. */
    ALL,
    /** One expert at a time; the text encoder while prompts are encoded. The VAE stays. */
    ONE_EXPERT,
    /** Experts are brought block by block. */
    SWAP_BLOCKS
}
