package io.heritage.transport;

import java.time.Duration;
import java.util.Optional;

/**
 * The jobs of some endpoints' lanes, shared with all other workers; gives one job at a time. Used
 * by one thread, but for {@link #close}.
 */
public interface JobQueue extends AutoCloseable {

    /**
     * Takes and claims the next job. The claim is renewed by the queue itself until the job is
     * finished or given back; no further job is held meanwhile.
     *
     * @return empty when none came in time
     */
    Optional<ClaimedJob> take(Duration timeout) throws InterruptedException;

    /** Gives back at once what is held and unfinished, and leaves the group. Idempotent. */
    @Override
    void close();
}
