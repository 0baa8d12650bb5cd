package io.heritage.models.wan.weights;

/** In what type a network wants a weight. */
public enum WeightType {
    FLOAT32,
    /** The type of the matrix products. */
    COMPUTE,
    /** The same, of a linear layer: the network takes 8 bits and a scale as well. */
    LINEAR
}
