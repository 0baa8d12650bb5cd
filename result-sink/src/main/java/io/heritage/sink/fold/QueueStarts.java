package io.heritage.sink.fold;

/** How far the groups of the queues are through. Any thread; answers at once. */
public interface QueueStarts {

    /**
     * No record of the queue before this offset is delivered any more: it was finished, or dropped
     * at the limit of its deliveries, or deleted.
     *
     * @return 0 if it is not known
     */
    long startOf(String jobsTopic);

    /**
     * All submissions of the queue before this offset have been read by the sinks, and spread by
     * job id.
     *
     * @return 0 if it is not known
     */
    default long readTo(String jobsTopic) {
        return 0;
    }
}
