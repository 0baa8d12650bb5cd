package io.heritage.processor.device;

import java.util.List;

/** Models of one kind that are resident on a device. Device thread only. */
public interface Evictable {

    /** Ids of resident models, as in {@code heritage models}. */
    default List<String> resident() {
        return List.of();
    }

    /** Evicts all models that are not pinned; the next job that needs one loads it again. */
    void evictAll();
}
