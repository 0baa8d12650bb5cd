package io.heritage.transport.queue;

import io.heritage.schemas.Job;
import io.heritage.transport.log.Sent;

/**
 * A job claimed by this worker, until exactly one of {@link #finish}, {@link #finishWhen} and
 * {@link #close}.
 */
public interface ClaimedJob extends AutoCloseable {

    Job job();

    /** Offset of its record in the queue. */
    String topic();

    /** See {@link #topic}. */
    long offset();

    /**
     * Counts deliveries from 1, including those to workers that had no time for the job. So it
     * grows with each delivery, but is not the number of starts.
     */
    int attempt();

    /**
     * Whether the queue will drop the job silently if this attempt does not end with a terminal
     * event. Such a job has killed or hung its worker every time, so it must be failed, not run.
     */
    boolean lastDelivery();

    /**
     * Whether the claim certainly holds: it was confirmed, and its lock has not expired since. A
     * worker that lost it stops and reports nothing more; the sink ignores reports that still come.
     */
    boolean held();

    /** Removes the job from the queue; its terminal event must be durable already. */
    void finish();

    /**
     * As finish, without waiting: the job leaves the queue once its terminal event is durable, and
     * goes back if that fails. The worker may take the next job meanwhile.
     *
     * @param end the job's terminal event
     */
    default void finishWhen(Sent end) {
        end.await();
        finish();
    }

    /** If not finished, gives the job back for immediate redelivery, which counts as an attempt. */
    @Override
    void close();
}
