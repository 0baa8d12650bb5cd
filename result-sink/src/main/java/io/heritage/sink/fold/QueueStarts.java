package io.heritage.sink.fold;

import java.util.Collection;
import java.util.Map;

/** How far the groups of the queues are through. Any thread; answers at once. */
public interface QueueStarts {

    /**
     * No record of the queue before this offset is delivered any more: it was finished, or dropped
     * at the limit of its deliveries, or deleted.
     *
     * @return 0 if it is not known
     */
    long startOf(String jobsTopic);

    /** The topics of all queues, as far as they are known; shards may come. */
    Collection<String> topics();

    /**
     * Up to where the sinks have read the queues and spread their submissions by job id, by topic.
     */
    default Map<String, Long> read() {
        return Map.of();
    }

    /** Up to where the sinks have folded the events of a partition, by what they committed. */
    default long eventsRead(int partition) {
        return 0;
    }
}
