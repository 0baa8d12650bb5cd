package io.heritage.processor.device;

/** Models of one kind that are resident on a device. Device thread only. */
public interface Evictable {

    /** Frees the memory of all of them; they are loaded again at the next job that needs one. */
    void evictAll();
}
