package io.heritage.processor.device;

/**
 * Free memory of a device. libtorch caches freed memory for the next job, which is faster; it
 * counts as used until it is released. Device thread only.
 */
public interface FreeMemory {
    /** Bytes that the device reports as free; 0 if unknown. */
    long freeBytes();

    /** Releases libtorch's cache, which takes some hundredths of a second. */
    void releaseKept();
}
