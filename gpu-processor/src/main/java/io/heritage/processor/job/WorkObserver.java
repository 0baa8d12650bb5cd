package io.heritage.processor.job;

import io.heritage.models.Cancellation;

/**
 * The caller's view of a piece of work: receives its progress and may stop it. Called on the thread
 * that owns the device, but for {@link #ranOutOfMemory}.
 */
public interface WorkObserver extends Cancellation {

    /** {@inheritDoc} {@link WorkStopped} is meant to be thrown. */
    @Override
    void checkpoint();

    /** May be called often; the receiver limits how often it passes it on. */
    void progress(WorkProgress progress);

    /**
     * A device was out of memory, and the work goes on with less of it. Any thread.
     *
     * @param step what made room, of a fixed list
     */
    default void ranOutOfMemory(String step) {}
}
