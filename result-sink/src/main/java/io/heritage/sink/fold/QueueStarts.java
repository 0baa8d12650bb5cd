package io.heritage.sink.fold;

import java.util.Collection;
import java.util.Map;

/** Progress of the queues' share groups and of the sinks. Any thread; answers at once. */
public interface QueueStarts {

    /**
     * No record of the queue before this offset is delivered any more: it was finished, or dropped
     * at the limit of its deliveries, or deleted.
     *
     * @return 0 if it is not known
     */
    long startOf(String jobsTopic);

    /** The known topics of queues; shards may be added. */
    Collection<String> topics();

    /**
     * Offsets by topic up to which the sinks have read the queues and distributed their submissions
     * by job id.
     */
    default Map<String, Long> read() {
        return Map.of();
    }

    /** Committed offset of the sinks in a partition of the events. */
    default long eventsRead(int partition) {
        return 0;
    }
}
