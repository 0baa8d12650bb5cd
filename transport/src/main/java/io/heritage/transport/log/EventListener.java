package io.heritage.transport.log;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import java.util.function.Supplier;

/** Receives the events of all jobs as they are written, on one thread, so it must be quick. */
public interface EventListener {

    /**
     * In the order of the log for each job.
     *
     * @param job its key; that of a purge for {@link JobEvent.QueuePurged}
     * @param bytes of the record
     * @param event reads it
     * @throws RuntimeException that reading it throws; it is logged, and the next event follows
     */
    void heard(JobId job, int bytes, Supplier<JobEvent> event);

    /**
     * Whether events may have been missed or may come late: waiting calls must not rely on them.
     */
    void behind(boolean behind);
}
