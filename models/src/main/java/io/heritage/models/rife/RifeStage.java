package io.heritage.models.rife;

/** Parts of the network in the order they run; between them is a checkpoint. */
public enum RifeStage {
    /** Once a frame: bytes to floats, padding, feature encoder. */
    ENCODE,
    BLOCK_0,
    BLOCK_1,
    BLOCK_2,
    BLOCK_3,
    /** Final warp, mask, floats to bytes. */
    BLEND
}
