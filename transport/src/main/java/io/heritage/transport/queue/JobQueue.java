package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The jobs of some endpoints' lanes, shared with all other workers; gives one job at a time. Used
 * by one thread, but for {@link #close}.
 */
public interface JobQueue extends AutoCloseable {

    /**
     * Takes and claims the next job. The queue renews the claim until the job is finished or given
     * back. Other jobs that arrive meanwhile go back to other workers, usually at once; that costs
     * one of their deliveries, so {@link ClaimedJob#attempt} grows.
     *
     * @return empty when none came in time
     * @throws io.heritage.schemas.Wire.LaterVersion if a job waits that this process cannot read;
     *     the job is left to others
     * @throws io.heritage.transport.kafka.TransportUnavailable if a lane's thread has ended; the
     *     caller closes the queue and opens a new one
     */
    Optional<ClaimedJob> take(Duration timeout) throws InterruptedException;

    /**
     * Topics of the lanes whose groups refused or lost this worker, so that it gets none of their
     * jobs. The worker is unhealthy unless this is empty. Empty before the first {@link #take}.
     */
    default List<String> unjoined() {
        return List.of();
    }

    /**
     * Restricts fetches to these endpoints; before the first call jobs of all are fetched. A job
     * that was fetched before may still be given to the worker, because sending it back would cost
     * a delivery. Any thread, at any time.
     */
    default void serve(Predicate<EndpointId> endpoints) {}

    /**
     * With lanes of models, prefers jobs of models that the worker holds, and others once they have
     * waited for longer than a load. Called before the first {@link #take}; without it all lanes
     * are served alike.
     */
    default void routeBy(HeldModels models) {}

    /** Gives back unfinished jobs at once, and leaves the group. Idempotent. */
    @Override
    void close();
}
