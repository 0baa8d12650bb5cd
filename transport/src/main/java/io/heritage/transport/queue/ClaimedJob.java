package io.heritage.transport.queue;

import io.heritage.schemas.Job;
import io.heritage.transport.log.Sent;

/**
 * A job in the hands of this worker, until exactly one of {@link #finish}, {@link #finishWhen} and
 * {@link #close}.
 */
public interface ClaimedJob extends AutoCloseable {

    Job job();

    /** Where its record lies in the queue. */
    String topic();

    /** See {@link #topic}. */
    long offset();

    /**
     * Counts from 1 over all deliveries of the job, also those to workers that had no time for it:
     * it grows from one to the next, but does not tell how often the job was begun.
     */
    int attempt();

    /**
     * Whether the queue will drop the job silently if this attempt does not end with a terminal
     * event. Such a job has killed or hung its worker every time: it is to be failed, not run.
     */
    boolean lastDelivery();

    /**
     * Whether the claim certainly holds: it was confirmed, and its lock has not run out since. A
     * worker that lost it stops and reports nothing more; the sink ignores one that reports all the
     * same.
     */
    boolean held();

    /** Takes the job out of the queue; its terminal event must be durable already. */
    void finish();

    /**
     * As finish, without waiting: the job leaves the queue as soon as its terminal event is
     * durable, and goes back if that fails. The worker may take the next one meanwhile.
     *
     * @param end the job's terminal event
     */
    default void finishWhen(Sent end) {
        end.await();
        finish();
    }

    /** If not finished: gives the job back for immediate redelivery, which counts as an attempt. */
    @Override
    void close();
}
