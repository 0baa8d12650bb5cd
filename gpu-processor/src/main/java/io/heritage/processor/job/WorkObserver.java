package io.heritage.processor.job;

import io.heritage.models.Cancellation;

/**
 * The caller's view of a piece of work: receives its progress and may stop it. Called on the thread
 * that owns the device.
 */
public interface WorkObserver extends Cancellation {

    /** {@inheritDoc} {@link WorkStopped} is meant to be thrown. */
    @Override
    void checkpoint();

    /** May be called often; the receiver limits how often it passes it on. */
    void progress(WorkProgress progress);
}
