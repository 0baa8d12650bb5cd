package io.heritage.models.torch;

import io.heritage.models.checkpoint.TensorShape;

/** A float32 tensor on the heap, row-major; for comparisons and small tables. */
public final class FloatTensor {
    private final TensorShape shape;
    private final float[] elements;

    public FloatTensor(TensorShape shape, float[] elements) {
        if (shape.elements() != elements.length) {
            throw new IllegalArgumentException(
                    "%d elements for shape %s, expected %d"
                            .formatted(elements.length, shape, shape.elements()));
        }
        this.shape = shape;
        this.elements = elements;
    }

    public TensorShape shape() {
        return shape;
    }

    public int size() {
        return elements.length;
    }

    public float at(int index) {
        return elements[index];
    }
}
