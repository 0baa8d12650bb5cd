package io.heritage.transport.log;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import java.time.Instant;
import java.util.List;

/** The events of all jobs. Safe for use by any number of threads; order is kept per job. */
public interface EventLog {

    /** Returns when the event is acknowledged. */
    void append(JobEvent event);

    /** As append, for callers with other work to do until the acknowledgement. */
    default Sent send(JobEvent event) {
        append(event);
        return Sent.done();
    }

    /**
     * Sends without waiting, for progress. A later {@link #append} of the job does not overtake it.
     */
    void post(JobEvent event);

    /** As append, but into every partition, so that the log of every job contains the event. */
    void appendEverywhere(JobEvent.QueuePurged event);

    /**
     * Follows the log from its current end, independently of other readers. Returns at once. The
     * listener is behind until it is told otherwise, and whenever Kafka is unreachable.
     */
    default Subscription follow(EventListener listener) {
        return () -> {};
    }

    /**
     * The events of one job, and purges of queues among them, from {@code since} to the present end
     * of the log. Reads the events of all jobs in its partition, the newest 100,000 at most, so
     * older ones may be missing: meant for the rare redelivery, not for polling.
     */
    List<JobEvent> history(JobId id, Instant since);
}
