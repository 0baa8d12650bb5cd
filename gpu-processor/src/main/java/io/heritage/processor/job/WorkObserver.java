package io.heritage.processor.job;

/**
 * Who asked for a piece of work: is told how far it is and may stop it. Called on the thread that
 * owns the device, between blocks of the network (several times a second), and must be quick.
 */
public interface WorkObserver {

    /**
     * Returns if the work is still wanted. To stop it throw: what is thrown comes out of the work
     * after it has released everything; {@link WorkStopped} is meant for it.
     */
    void checkpoint();

    /** May be called often; whoever passes it on does so at his own pace. */
    void progress(WorkProgress progress);
}
