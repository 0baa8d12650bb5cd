package io.heritage.transport.queue;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.Collection;
import java.util.Map;

/** Where the queues stand. Safe for use by any number of threads. */
public interface QueueWindows {

    /**
     * Asks the queue; a few milliseconds.
     *
     * @param jobsTopic one of {@code Topics.jobs}
     * @throws TransportUnavailable if Kafka does not answer in time, or the topic does not exist
     */
    LaneWindow of(String jobsTopic);

    /**
     * The offset of the next record of each topic: what was acknowledged before the call lies
     * before it.
     *
     * @throws TransportUnavailable if Kafka does not answer in time, or a topic does not exist
     */
    Map<String, Long> ends(Collection<String> jobsTopics);
}
