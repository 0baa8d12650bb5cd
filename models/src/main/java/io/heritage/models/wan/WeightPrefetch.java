package io.heritage.models.wan;

import io.heritage.models.wan.weights.WeightFile;

/**
 * Reads a file into the page cache while something else is computed, so that loading it does not
 * wait for the disk.
 */
final class WeightPrefetch implements AutoCloseable {
    private final Thread thread;

    private WeightPrefetch(Thread thread) {
        this.thread = thread;
    }

    /** Begins to read; the file must be closed after this. */
    static WeightPrefetch of(WeightFile file) {
        return new WeightPrefetch(
                Thread.ofPlatform()
                        .daemon()
                        .name("prefetch")
                        .start(() -> file.readAhead(() -> Thread.currentThread().isInterrupted())));
    }

    /** Stops at the next tensor. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
