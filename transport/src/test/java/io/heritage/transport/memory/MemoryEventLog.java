package io.heritage.transport.memory;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.transport.log.EventLog;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The events of all jobs. */
public final class MemoryEventLog implements EventLog {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Clock clock;

    private record Entry(Instant at, JobEvent event) {}

    MemoryEventLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void append(JobEvent event) {
        entries.add(new Entry(clock.instant(), event));
    }

    @Override
    public void appendEverywhere(JobEvent.QueuePurged event) {
        append(event);
    }

    @Override
    public void post(JobEvent event) {
        append(event);
    }

    @Override
    public List<JobEvent> history(JobId id, Instant since) {
        return entries.stream()
                .filter(entry -> !entry.at().isBefore(since))
                .map(Entry::event)
                .filter(event -> event.jobId().equals(id) || event instanceof JobEvent.QueuePurged)
                .toList();
    }

    /** Events of all jobs, in the order they were written. */
    public List<JobEvent> all() {
        return entries.stream().map(Entry::event).toList();
    }
}
