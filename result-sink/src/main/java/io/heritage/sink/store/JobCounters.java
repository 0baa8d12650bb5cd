package io.heritage.sink.store;

import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Jobs of one endpoint in one partition by state; the totals of ended jobs only grow.
 *
 * @param failed also those timed out
 * @param lastChange the change counted last. It is written before the job itself, and read again if
 *     the process died between the two: so it is not counted a second time
 * @param lanes by lane name; without jobs that an older version counted, which knew no lanes
 */
public record JobCounters(
        long inQueue,
        long inProgress,
        long completed,
        long failed,
        long retried,
        String lastChange,
        Map<String, OfLane> lanes) {

    static final JobCounters ZERO = new JobCounters(0, 0, 0, 0, 0, "", Map.of());

    public JobCounters {
        lanes = lanes == null ? Map.of() : Map.copyOf(lanes);
    }

    /** Jobs of one lane that have not ended. */
    public record OfLane(long inQueue, long inProgress) {
        public static final OfLane NONE = new OfLane(0, 0);

        OfLane plus(OfLane other) {
            return new OfLane(inQueue + other.inQueue, inProgress + other.inProgress);
        }

        OfLane within(long queue, long progress) {
            return new OfLane(Math.clamp(inQueue, 0L, queue), Math.clamp(inProgress, 0L, progress));
        }
    }

    public OfLane of(Lane lane) {
        return lanes.getOrDefault(lane.wireName(), OfLane.NONE);
    }

    /** Jobs that an older version counted, whose lanes are unknown. */
    public OfLane ofNoLane() {
        OfLane known = lanes.values().stream().reduce(OfLane.NONE, OfLane::plus);
        return new OfLane(inQueue - known.inQueue(), inProgress - known.inProgress())
                .within(inQueue, inProgress);
    }

    private enum Place {
        NOWHERE,
        IN_QUEUE,
        IN_PROGRESS,
        /** A divided job is not counted as running: workers run its parts. */
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
        Lane lane = Objects.requireNonNull(after.job()).policy().lane();
        int queue = step(from, to, Place.IN_QUEUE);
        int progress = step(from, to, Place.IN_PROGRESS);
        long queued = Math.max(0, inQueue + queue);
        long running = Math.max(0, inProgress + progress);
        return new JobCounters(
                queued,
                running,
                completed + Math.max(0, step(from, to, Place.COMPLETED)),
                failed + Math.max(0, step(from, to, Place.FAILED)),
                retried + Math.max(0, retriesAfter - retriesBefore),
                change,
                counted(lane, new OfLane(queue, progress), queued, running));
    }

    /** These counters after jobs that waited in a lane were cancelled. */
    JobCounters purged(Lane lane, long jobs, String change) {
        if (jobs == 0 || change.equals(lastChange)) {
            return this;
        }
        long queued = Math.max(0, inQueue - jobs);
        return new JobCounters(
                queued,
                inProgress,
                completed,
                failed,
                retried,
                change,
                counted(lane, new OfLane(-jobs, 0), queued, inProgress));
    }

    /** Limits lanes to the total, so that counts of an older version vanish in time. */
    private Map<String, OfLane> counted(Lane changed, OfLane by, long queued, long running) {
        Map<String, OfLane> next = new TreeMap<>(lanes);
        next.merge(changed.wireName(), by, OfLane::plus);
        next.replaceAll((_, jobs) -> jobs.within(queued, running));
        next.values().removeIf(OfLane.NONE::equals);
        return next;
    }

    public JobCounters plus(JobCounters other) {
        Map<String, OfLane> sum = new TreeMap<>(lanes);
        other.lanes.forEach((lane, jobs) -> sum.merge(lane, jobs, OfLane::plus));
        return new JobCounters(
                inQueue + other.inQueue,
                inProgress + other.inProgress,
                completed + other.completed,
                failed + other.failed,
                retried + other.retried,
                "",
                sum);
    }

    private static int step(Place from, Place to, Place place) {
        return (to == place ? 1 : 0) - (from == place ? 1 : 0);
    }
}
