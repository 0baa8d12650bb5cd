package io.heritage.transport.queue;

import io.heritage.transport.kafka.TransportUnavailable;

/** Where the queues stand. Safe for use by any number of threads. */
public interface QueueWindows {

    /**
     * Asks the queue; a few milliseconds.
     *
     * @param jobsTopic one of {@code Topics.jobs}
     * @throws TransportUnavailable if Kafka does not answer in time, or the topic does not exist
     */
    LaneWindow of(String jobsTopic);
}
