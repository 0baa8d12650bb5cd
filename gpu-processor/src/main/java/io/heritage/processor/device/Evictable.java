package io.heritage.processor.device;

import java.util.List;

/** Models of one kind that are resident on a device. Device thread only. */
public interface Evictable {

    /** Ids of those that are resident, as {@code heritage models} has them. */
    default List<String> resident() {
        return List.of();
    }

    /**
     * Frees the memory of all that are not pinned; they are loaded again at the next job that needs
     * one.
     */
    void evictAll();
}
