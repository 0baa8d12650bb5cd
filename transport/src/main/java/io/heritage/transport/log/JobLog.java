package io.heritage.transport.log;

import io.heritage.schemas.Job;
import io.heritage.transport.kafka.TransportUnavailable;

/** Submits jobs to the topic of their endpoint and lane. */
public interface JobLog {

    /**
     * Returns when the record is acknowledged: from then on the job is not lost.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time; the job may exist or not
     */
    void submit(Job job);

    /**
     * As {@link #submit}, but no worker gets the job before its owner's turn, which the sink
     * decides. The same as {@link #submit} if lanes are not shared.
     */
    default void submitWaiting(Job job) {
        submit(job);
    }

    /** Whether owners share the lanes, so that jobs may wait for their owner's turn. */
    default boolean areLanesShared() {
        return false;
    }
}
