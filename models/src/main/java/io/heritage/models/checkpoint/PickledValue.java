package io.heritage.models.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values that a checkpoint's pickle may hold; creating them runs no code of the file. */
sealed interface PickledValue {
    record Text(String text) implements PickledValue {}

    record Whole(long number) implements PickledValue {}

    /** Floats, booleans, None: not used. */
    record Other() implements PickledValue {}

    /** A list or a tuple. */
    record Sequence(List<PickledValue> items) implements PickledValue {
        static Sequence empty() {
            return new Sequence(new ArrayList<>());
        }
    }

    record Dictionary(Map<String, PickledValue> items) implements PickledValue {
        static Dictionary empty() {
            return new Dictionary(new LinkedHashMap<>());
        }
    }

    /**
     * A class or function by its name; only those that {@link RestrictedUnpickler} knows are
     * created.
     */
    record Global(String name) implements PickledValue {}

    /** One file of the archive: {@code data/KEY}, with its number of elements. */
    record Storage(String key, TensorType type, long elements) implements PickledValue {}

    /** A view of a storage; offset and strides count elements. */
    record TensorView(
            Storage storage, TensorType type, long offset, TensorShape shape, List<Long> strides)
            implements PickledValue {}
}
