package io.heritage.sink.store;

import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;

/**
 * How many jobs of one endpoint in one partition are where; the last three only grow.
 *
 * @param failed also those timed out
 * @param lastChange the change counted last. It is written before the job itself, and read again if
 *     the process died between the two: so it is not counted a second time
 */
public record JobCounters(
        long inQueue,
        long inProgress,
        long completed,
        long failed,
        long retried,
        String lastChange) {

    static final JobCounters ZERO = new JobCounters(0, 0, 0, 0, 0, "");

    private enum Place {
        NOWHERE,
        IN_QUEUE,
        IN_PROGRESS,
        /** Its parts are what workers run. */
        DIVIDED,
        COMPLETED,
        FAILED,
        CANCELLED;

        static Place of(JobRecord record) {
            if (record.job() == null || record.job().isBatch()) {
                return NOWHERE;
            }
            return switch (record.state()) {
                case JobState.Queued _ -> IN_QUEUE;
                case JobState.Running _ -> record.isDivided() ? DIVIDED : IN_PROGRESS;
                case JobState.Completed _ -> COMPLETED;
                case JobState.Failed _, JobState.TimedOut _ -> FAILED;
                case JobState.Cancelled _ -> CANCELLED;
            };
        }
    }

    /** These counters after a job went from one record to the next. */
    JobCounters moved(JobRecord before, JobRecord after) {
        Place from = Place.of(before);
        Place to = Place.of(after);
        int retriesBefore = from == Place.NOWHERE ? 0 : before.retries();
        int retriesAfter = to == Place.NOWHERE ? 0 : after.retries();
        if (from == to && retriesBefore == retriesAfter) {
            return this;
        }
        String change = "%s %s %s %d".formatted(after.id(), from, to, retriesAfter);
        if (change.equals(lastChange)) {
            return this;
        }
        return new JobCounters(
                Math.max(0, inQueue + step(from, to, Place.IN_QUEUE)),
                Math.max(0, inProgress + step(from, to, Place.IN_PROGRESS)),
                completed + Math.max(0, step(from, to, Place.COMPLETED)),
                failed + Math.max(0, step(from, to, Place.FAILED)),
                retried + Math.max(0, retriesAfter - retriesBefore),
                change);
    }

    /** These counters after jobs that waited were cancelled. */
    JobCounters purged(long jobs, String change) {
        return jobs == 0 || change.equals(lastChange)
                ? this
                : new JobCounters(
                        Math.max(0, inQueue - jobs),
                        inProgress,
                        completed,
                        failed,
                        retried,
                        change);
    }

    public JobCounters plus(JobCounters other) {
        return new JobCounters(
                inQueue + other.inQueue,
                inProgress + other.inProgress,
                completed + other.completed,
                failed + other.failed,
                retried + other.retried,
                "");
    }

    private static int step(Place from, Place to, Place place) {
        return (to == place ? 1 : 0) - (from == place ? 1 : 0);
    }
}
