package io.heritage.models.wan;

/** Weights that stay on the device, in descending order of memory. */
public enum Residency {
    /** Both experts, text encoder and VAE. */
    ALL,
    /** One expert at a time; the text encoder while prompts are encoded. The VAE stays. */
    ONE_EXPERT,
    /** Blocks of an expert are loaded to the device one by one. */
    SWAP_BLOCKS
}
