package io.heritage.processor.job;

import java.util.concurrent.atomic.AtomicBoolean;

/** Adds the interrupt of a waiting caller to an observer. */
public final class Interruptible implements WorkObserver {
    private final WorkObserver observer;
    private final AtomicBoolean interrupted = new AtomicBoolean();

    public Interruptible(WorkObserver observer) {
        this.observer = observer;
    }

    public void interrupt() {
        interrupted.set(true);
    }

    @Override
    public void checkpoint() {
        if (interrupted.get()) {
            throw new WorkStopped(WorkStopped.Reason.CANCELLED);
        }
        observer.checkpoint();
    }

    @Override
    public void progress(WorkProgress progress) {
        observer.progress(progress);
    }

    @Override
    public void ranOutOfMemory(String step) {
        observer.ranOutOfMemory(step);
    }
}
