package io.heritage.gateway;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps jobs and events on the heap. */
final class MemoryLogs implements JobLog, EventLog {
    final List<Job> jobs = new CopyOnWriteArrayList<>();
    final List<JobEvent> events = new CopyOnWriteArrayList<>();
    volatile boolean unavailable;

    @Override
    public void submit(Job job) {
        if (unavailable) {
            throw new TransportUnavailable("no broker");
        }
        jobs.add(job);
    }

    @Override
    public void append(JobEvent event) {
        events.add(event);
    }

    @Override
    public void post(JobEvent event) {
        events.add(event);
    }

    @Override
    public List<JobEvent> history(JobId id, Instant since) {
        return events.stream().filter(event -> event.jobId().equals(id)).toList();
    }
}
