package io.heritage.processor.job;

import io.heritage.models.Cancellation;

/**
 * Who asked for a piece of work: is told how far it is and may stop it. Called on the thread that
 * owns the device.
 */
public interface WorkObserver extends Cancellation {

    /** {@inheritDoc} {@link WorkStopped} is meant to be thrown. */
    @Override
    void checkpoint();

    /** May be called often; whoever passes it on does so at his own pace. */
    void progress(WorkProgress progress);
}
