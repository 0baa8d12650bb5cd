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
     * Takes and claims the next job. The claim is renewed by the queue itself until the job is
     * finished or given back. What else comes meanwhile goes back to the other workers, at once as
     * a rule; that spends one of its deliveries, so {@link ClaimedJob#attempt} grows by it.
     *
     * @return empty when none came in time
     * @throws io.heritage.schemas.Wire.LaterVersion if a job waits that this process cannot read;
     *     the job is left to others
     * @throws io.heritage.transport.kafka.TransportUnavailable if a lane's thread has ended; the
     *     queue is to be closed and opened again
     */
    Optional<ClaimedJob> take(Duration timeout) throws InterruptedException;

    /**
     * Topics of the lanes that this worker gets no jobs of, since their groups refused it or lost
     * it. While there is one the worker is not healthy. Empty before the first {@link #take}.
     */
    default List<String> unjoined() {
        return List.of();
    }

    /**
     * From now on jobs of these endpoints only are fetched; all, until this is called. A job that
     * has been fetched already may still be given to the worker: it would cost a delivery to send
     * it back. Any thread, at any time.
     */
    default void serve(Predicate<EndpointId> endpoints) {}

    /**
     * From now on, where models have lanes of their own, jobs of those that the worker holds come
     * first, and others once they have waited for longer than a load. Before the first {@link
     * #take}; without it all are served alike.
     */
    default void routeBy(HeldModels models) {}

    /** Gives back at once what is held and unfinished, and leaves the group. Idempotent. */
    @Override
    void close();
}
