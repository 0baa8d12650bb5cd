package io.heritage.models.wan.dit;

import io.heritage.models.wan.weights.Float8Storage;

/**
 * Options of an expert.
 *
 * @param headSize 128 in the published one; its checkpoint does not say
 * @param textRows number of text rows, whatever the prompt; 512 in the published one
 * @param computeType of matrix products and attention, as torch counts types: 6, 15 or 5
 * @param cudnnAttention asks for that kernel by name, which fails where it is not; {@link
 *     CudnnAttention} tells beforehand
 */
public record DitOptions(
        int headSize, int textRows, int computeType, Float8Storage float8, boolean cudnnAttention) {
    private static final int FLOAT32 = 6;

    /** Float32 throughout. */
    public static DitOptions float32(int headSize, int textRows) {
        return new DitOptions(headSize, textRows, FLOAT32, Float8Storage.WIDEN, false);
    }
}
