package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * The jobs of some endpoints' lanes, shared with all other workers; gives one job at a time. Used
 * by one thread, but for {@link #close}.
 */
public interface JobQueue extends AutoCloseable {

    /**
     * Takes and claims the next job. The claim is renewed by the queue itself until the job is
     * finished or given back. What else comes meanwhile goes back to the other workers, at once as
     * a rule; that spends one of its deliveries, so {@link ClaimedJob#attempt} grows by it.
     *
     * @return empty when none came in time
     */
    Optional<ClaimedJob> take(Duration timeout) throws InterruptedException;

    /** Gives back at once what is held and unfinished, and leaves the group. Idempotent. */
    @Override
    void close();
}
