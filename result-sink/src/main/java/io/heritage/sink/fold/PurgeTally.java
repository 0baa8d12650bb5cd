package io.heritage.sink.fold;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Progress of a purge in one partition. It is stored before the jobs that it counts and remembers
 * them, so that jobs read again after a crash are not counted a second time.
 *
 * @param removed jobs cancelled so far
 * @param countedTo the last job that was found waiting; they are counted in the order of their
 *     places
 * @param lastLate the last job whose submission came in after the purge
 * @param through whether all that waited when the purge came is cancelled
 * @param seenAt by the sink's clock
 */
record PurgeTally(
        JobEvent.QueuePurged purge,
        long removed,
        @Nullable QueuePlace countedTo,
        @Nullable JobId lastLate,
        boolean through,
        Instant seenAt) {

    static PurgeTally begun(JobEvent.QueuePurged purge, Instant now) {
        return new PurgeTally(purge, 0, null, null, false, now);
    }

    boolean hasCounted(QueuePlace place) {
        return countedTo != null && QueuePlace.IN_ORDER.compare(place, countedTo) <= 0;
    }

    /**
     * @param last of the jobs, in the order of their places
     */
    PurgeTally with(long jobs, QueuePlace last) {
        return new PurgeTally(
                purge,
                removed + jobs,
                hasCounted(last) ? countedTo : last,
                lastLate,
                through,
                seenAt);
    }

    PurgeTally withLate(JobId job) {
        return job.equals(lastLate)
                ? this
                : new PurgeTally(purge, removed + 1, countedTo, job, through, seenAt);
    }

    PurgeTally finished() {
        return new PurgeTally(purge, removed, countedTo, lastLate, true, seenAt);
    }
}
