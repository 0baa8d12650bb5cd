package io.heritage.processor.job;

import io.heritage.models.Cancellation;

/**
 * The caller's view of a piece of work: receives its progress and may stop it. Called on the thread
 * that owns the device, but for {@link #ranOutOfMemory}.
 */
public interface WorkObserver extends Cancellation {

    /** {@inheritDoc} Throws {@link WorkStopped} to stop the work. */
    @Override
    void checkpoint();

    /** May be called often; the receiver limits its own rate. */
    void progress(WorkProgress progress);

    /**
     * A device ran out of memory, and the work continues with less. Any thread.
     *
     * @param step the measure that freed memory, of a fixed list
     */
    default void ranOutOfMemory(String step) {}
}
