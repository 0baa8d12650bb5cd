package io.heritage.models.wan;

/** Which weights stay on the device, the most first. */
public enum Residency {
    /** Both experts, text encoder and VAE. */
    ALL,
    /** One expert at a time; the text encoder while prompts are encoded. The VAE stays. */
    ONE_EXPERT,
    /** Blocks of an expert are brought to the device one by one. */
    SWAP_BLOCKS
}
