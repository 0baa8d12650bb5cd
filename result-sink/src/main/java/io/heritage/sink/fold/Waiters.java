package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait for news of a job. The stream thread wakes them as soon as the news is in the
 * store; they look for themselves what it is.
 */
public final class Waiters {
    private final ConcurrentMap<JobId, Set<Waiter>> waiting = new ConcurrentHashMap<>();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    /** Called on a stream thread, so it must not block. */
    @FunctionalInterface
    public interface Listener {
        /** A job of this sink has changed. */
        void changed(TrackedJob job);

        /** Jobs of this sink have moved to another one. */
        default void moved() {}
    }

    /** To be opened before the store is looked at, so that nothing in between is missed. */
    Waiter open(JobId job) {
        var waiter = new Waiter(job);
        waiting.compute(
                job,
                (_, others) -> {
                    Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet() : others;
                    all.add(waiter);
                    return all;
                });
        return waiter;
    }

    public int count() {
        return waiting.values().stream().mapToInt(Set::size).sum();
    }

    /**
     * Adds a listener for every change of a job.
     *
     * @return removes the listener when closed
     */
    public Runnable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void changed(TrackedJob job) {
        listeners.forEach(listener -> listener.changed(job));
        changed(job.id());
    }

    void changed(JobId job) {
        Set<Waiter> waiters = waiting.get(job);
        if (waiters != null) {
            waiters.forEach(w -> w.news.release());
        }
    }

    /** The jobs of a partition have moved to another sink: all waiters look up theirs again. */
    void changedAll() {
        waiting.keySet().forEach(this::changed);
        listeners.forEach(Listener::moved);
    }

    final class Waiter implements AutoCloseable {
        private final JobId job;
        private final Semaphore news = new Semaphore(0);

        private Waiter(JobId job) {
            this.job = job;
        }

        /** Returns when there is news, or after the time. */
        void await(Duration atMost) throws InterruptedException {
            if (news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }

        @Override
        public void close() {
            waiting.computeIfPresent(
                    job,
                    (_, all) -> {
                        all.remove(this);
                        return all.isEmpty() ? null : all;
                    });
        }
    }
}
