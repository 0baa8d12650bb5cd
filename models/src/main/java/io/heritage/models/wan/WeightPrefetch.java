package io.heritage.models.wan;

import io.heritage.models.wan.weights.WeightFile;

/**
 * Reads a file ahead into the machine's memory while something else is computed, so that bringing
 * it to the device need not wait for the disk.
 */
final class WeightPrefetch implements AutoCloseable {
    private final Thread thread;

    private WeightPrefetch(Thread thread) {
        this.thread = thread;
    }

    /** Begins; the file is closed after this. */
    static WeightPrefetch of(WeightFile file) {
        return new WeightPrefetch(
                Thread.ofVirtual()
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
