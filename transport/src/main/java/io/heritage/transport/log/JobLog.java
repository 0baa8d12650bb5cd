package io.heritage.transport.log;

import io.heritage.schemas.Job;
import io.heritage.transport.kafka.TransportUnavailable;

/** Where jobs are submitted: the topic of their endpoint and lane. */
public interface JobLog {

    /**
     * Returns when the record is acknowledged: from then on the job is not lost.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time; the job may exist or not
     */
    void submit(Job job);

    /**
     * As {@link #submit}, but the job waits until the sink finds that it is its owner's turn; only
     * then may a worker have it. Where lanes are not shared, the same as {@link #submit}.
     */
    default void submitWaiting(Job job) {
        submit(job);
    }

    /** Whether owners share the lanes, so that jobs may have to wait for their turn. */
    default boolean areLanesShared() {
        return false;
    }
}
