package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Progress of the queues. Safe for use by any number of threads. */
public interface QueueWindows {

    /**
     * Asks the queue, which takes a few milliseconds.
     *
     * @param jobsTopic one of {@code Topics.jobs}
     * @throws TransportUnavailable if Kafka does not answer in time, or the topic does not exist
     */
    LaneWindow of(String jobsTopic);

    /**
     * Topics of all lanes of the endpoints, those with shards included, as they exist now.
     *
     * @throws TransportUnavailable if Kafka does not answer in time
     */
    List<String> topics(Collection<EndpointId> endpoints);

    /**
     * The end offset of each topic; records acknowledged before the call are before it.
     *
     * @throws TransportUnavailable if Kafka does not answer in time, or a topic does not exist
     */
    Map<String, Long> ends(Collection<String> jobsTopics);
}
