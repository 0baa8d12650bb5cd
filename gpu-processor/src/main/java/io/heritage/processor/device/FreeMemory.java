package io.heritage.processor.device;

/**
 * Free memory of a device. libtorch keeps what a job returns for the next one: that is faster, and
 * counts as taken until it is released. Device thread only.
 */
public interface FreeMemory {
    /** Bytes that the device reports as free; 0 if it does not tell. */
    long freeBytes();

    /** Gives back what libtorch keeps, which takes some hundredths of a second. */
    void releaseKept();
}
