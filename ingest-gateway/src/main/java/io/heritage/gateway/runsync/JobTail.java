package io.heritage.gateway.runsync;

import io.heritage.gateway.connection.ClientConnection;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.transport.log.EventListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the jobs of this gateway's waiting callers in the log of events. A waiter is registered
 * before its job is sent. So it gets all events of the job in order, folds them as the sink does,
 * and gives the answer that the sink would give a moment later. The sink is asked instead while the
 * log is not followed closely, if a purge may concern the job, and if its result has media or is
 * large.
 */
public final class JobTail implements EventListener {
    /** Most waiters; further callers are answered by the sink alone. */
    static final int MOST_WAITERS = 20_000;

    /** Larger events are not decoded. */
    private static final int LARGEST_EVENT = 64 << 10;

    /** Most bytes of results that are held until they are sent. */
    private static final long MOST_BYTES = 16L << 20;

    private final ConcurrentMap<JobId, JobWaiter> waiters = new ConcurrentHashMap<>();
    private final RecentEnds ends = new RecentEnds();
    private final AtomicLong heldBytes = new AtomicLong();
    private volatile boolean behind = true;
    private volatile boolean draining;

    /** A caller's registration as a waiter, or none. */
    public record Place(Optional<JobWaiter> waiter) implements AutoCloseable {
        public static final Place NONE = new Place(Optional.empty());

        /** Called before the first {@link #await}; events of the job may have arrived already. */
        public void submitted(Job job) {
            waiter.ifPresent(caller -> caller.submitted(job));
        }

        /** As {@link JobWaiter#await}; empty at once without a registration. */
        public Optional<byte[]> await(Duration wait, ClientConnection client) {
            return waiter.flatMap(caller -> caller.await(wait, client));
        }

        @Override
        public void close() {
            waiter.ifPresent(JobWaiter::close);
        }
    }

    /** Called before the job is sent; the caller closes the result. */
    public Place register(JobId job) {
        if (isOff() || waiters.size() >= MOST_WAITERS) {
            return Place.NONE;
        }
        var waiter = new JobWaiter(job, this);
        waiters.put(job, waiter);
        if (isOff()) { // it may have begun before the waiter was seen
            waiter.askTheSink();
        }
        return new Place(Optional.of(waiter));
    }

    private boolean isOff() {
        return behind || draining;
    }

    void remove(JobWaiter waiter) {
        waiters.remove(waiter.id(), waiter);
    }

    /** Whether there is room for a result; the caller must release it then. */
    boolean hold(int bytes) {
        if (heldBytes.addAndGet(bytes) <= MOST_BYTES) {
            return true;
        }
        release(bytes);
        return false;
    }

    void release(int bytes) {
        heldBytes.addAndGet(-bytes);
    }

    @Override
    public void heard(JobId job, int bytes, Supplier<JobEvent> event) {
        if (JobId.isPurge(job.value())) {
            askTheSink(); // it knows where in the queue a job lies
            return;
        }
        if (!job.isSync()) {
            return; // no caller waits here for its end
        }
        JobWaiter waiter = waiters.get(job);
        if (bytes > LARGEST_EVENT) {
            if (waiter != null) {
                waiter.askTheSink();
            }
            ends.hear(job, event.get());
            return;
        }
        try {
            hear(job, waiter, bytes, event.get());
        } catch (RuntimeException e) {
            if (waiter != null) {
                waiter.askTheSink();
            }
            throw e;
        }
    }

    private void hear(JobId job, @Nullable JobWaiter waiter, int bytes, JobEvent event) {
        ends.hear(job, event);
        if (waiter != null) {
            waiter.hear(event, bytes);
        }
    }

    /**
     * Whether a caller of some gateway may have been told a moment ago that the job has ended. The
     * sink may not have read so far.
     */
    public boolean mayHaveEnded(JobId job) {
        return ends.contains(job);
    }

    /** Current waiters fall back to the sink, because they may have missed events. */
    @Override
    public void behind(boolean isBehind) {
        behind = isBehind;
        if (isBehind) {
            askTheSink();
        }
    }

    /** On shutdown the sink answers for each job. */
    public void drain() {
        draining = true;
        askTheSink();
    }

    private void askTheSink() {
        waiters.values().forEach(JobWaiter::askTheSink);
    }

    /** For tests. */
    int count() {
        return waiters.size();
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
