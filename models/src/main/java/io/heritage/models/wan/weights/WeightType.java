package io.heritage.models.wan.weights;

/** The type in which a network takes a weight. */
public enum WeightType {
    FLOAT32,
    /** The type of the matrix products. */
    COMPUTE,
    /** The same, for a linear layer: the network also takes 8 bits with a scale. */
    LINEAR
}
