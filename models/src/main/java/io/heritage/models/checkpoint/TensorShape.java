package io.heritage.models.checkpoint;

import java.util.Arrays;
import java.util.List;

/** Sizes of a tensor, outermost first; empty for a scalar. */
public record TensorShape(List<Long> sizes) {
    public TensorShape {
        sizes = List.copyOf(sizes);
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("negative size in shape " + sizes);
            }
        }
    }

    public static TensorShape of(long... sizes) {
        return new TensorShape(Arrays.stream(sizes).boxed().toList());
    }

    /**
     * @throws ArithmeticException if the number does not fit a long
     */
    public long elements() {
        return sizes.stream().reduce(1L, Math::multiplyExact);
    }

    public long[] toArray() {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return sizes.toString();
    }
}
