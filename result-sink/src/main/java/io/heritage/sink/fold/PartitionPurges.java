package io.heritage.sink.fold;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.store.JobsByPlace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the jobs of one partition that purges cover, including those folded later, and knows how
 * far the queues have been folded. Used by the stream thread that owns the partition.
 */
final class PartitionPurges {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionPurges.class);

    /** Most jobs of a purge in memory at a time. */
    private static final int PURGED_AT_ONCE = 64;

    /** How long the result of a purge can be queried. */
    private static final Duration PURGE_KEPT = Duration.ofMinutes(10);

    private final PurgeStore store;
    private final JobStore states;
    private final PartitionTurns turns;
    private final JobTransitions transitions;
    private final Runnable beat;
    private final Clock clock;
    private final Map<JobId, PurgeTally> purges = new LinkedHashMap<>();

    /** Purges that may cover a submission that is still to come. */
    private final Set<JobId> open = new HashSet<>();

    private Map<String, Long> passed;

    /**
     * @param beat says that the thread makes progress
     */
    PartitionPurges(
            PurgeStore store,
            JobStore states,
            PartitionTurns turns,
            JobTransitions transitions,
            Runnable beat,
            Clock clock) {
        this.store = store;
        this.states = states;
        this.turns = turns;
        this.transitions = transitions;
        this.beat = beat;
        this.clock = clock;
        this.passed = store.passed();
        for (PurgeTally tally : store.all()) {
            purges.put(tally.purge().jobId(), tally);
            if (isOpen(tally)) {
                open.add(tally.purge().jobId());
            }
        }
    }

    /** How far the queues have been folded, by topic. */
    Map<String, Long> passed() {
        return passed;
    }

    /**
     * Cancels all that waits and is covered, some at a time. Counters and tally are stored before
     * the jobs that they count, see {@link PurgeTally}.
     */
    void purge(JobEvent.QueuePurged purge, long offset) {
        PurgeTally known = purges.get(purge.jobId());
        PurgeTally tally = known == null ? PurgeTally.begun(purge, clock.instant()) : known;
        keep(tally);
        if (isOpen(tally)) {
            open.add(purge.jobId());
        }
        for (var queue : new TreeMap<>(purge.before()).entrySet()) {
            long from = 0;
            while (from < queue.getValue()) {
                beat.run();
                List<JobsByPlace.Entry> some =
                        states.byPlace()
                                .ofOwner(
                                        queue.getKey(),
                                        from,
                                        queue.getValue(),
                                        purge.owner(),
                                        PURGED_AT_ONCE);
                if (some.isEmpty()) {
                    break;
                }
                tally = purge(tally, some, offset);
                from = some.getLast().place().offset() + 1;
            }
        }
        tally = purgeWhoHadTurns(tally, offset);
        keep(tally.finished());
        LOG.atInfo()
                .addKeyValue("endpointId", purge.endpoint())
                .addKeyValue("removed", tally.removed())
                .log("queue purged");
    }

    private PurgeTally purge(PurgeTally before, List<JobsByPlace.Entry> found, long offset) {
        JobEvent.QueuePurged purge = before.purge();
        List<TrackedJob> jobs =
                found.stream()
                        .map(waiting -> states.get(waiting.job()))
                        .filter(tracked ->
                                tracked != null
                                        && !tracked.hasRead(offset)
                                        && isCovered(tracked, purge))
                        .toList();
        if (jobs.isEmpty()) {
            return before;
        }
        long uncounted =
                jobs.stream()
                        .filter(job -> !before.hasCounted(Objects.requireNonNull(job.place())))
                        .count();
        TrackedJob end = jobs.getLast();
        QueuePlace last = Objects.requireNonNull(end.place());
        states.counters()
                .countPurged(
                        purge.endpoint(),
                        Objects.requireNonNull(end.job()).policy().lane(),
                        uncounted,
                        "%s %s %d".formatted(purge.jobId(), last.topic(), last.offset()));
        PurgeTally after = before.with(uncounted, last);
        keep(after);
        for (TrackedJob job : jobs) {
            TrackedJob cancelled =
                    job.folded(job.record().apply(purge.of(job.id())), clock.instant());
            transitions.settledCounted(job, cancelled.readTo(offset));
        }
        return after;
    }

    /** Jobs whose turn came after the end offsets were read: they were waiting at that time. */
    private PurgeTally purgeWhoHadTurns(PurgeTally before, long offset) {
        PurgeTally tally = before;
        for (var turn : turns.hadTurns().entrySet()) {
            TrackedJob job = states.get(turn.getKey());
            QueuePlace waited = turn.getValue();
            if (job != null
                    && job.isWaitingInQueue()
                    && !job.hasRead(offset)
                    && before.purge()
                            .covers(
                                    Objects.requireNonNull(job.job()),
                                    waited.topic(),
                                    waited.offset())) {
                tally = tally.withLate(job.id());
                keep(tally);
                TrackedJob cancelled =
                        job.folded(
                                job.record().apply(before.purge().of(job.id())), clock.instant());
                transitions.settled(job, cancelled.readTo(offset));
            }
        }
        return tally;
    }

    private static boolean isCovered(TrackedJob tracked, JobEvent.QueuePurged purge) {
        return tracked.isWaitingInQueue()
                && purge.covers(
                        Objects.requireNonNull(tracked.job()),
                        Objects.requireNonNull(tracked.place()).topic(),
                        Objects.requireNonNull(tracked.place()).offset());
    }

    /** Cancels a job whose place is known only now, if an earlier purge covers it. */
    TrackedJob purgedLate(TrackedJob tracked) {
        for (JobId id : open) {
            PurgeTally tally = Objects.requireNonNull(purges.get(id));
            if (isCovered(tracked, tally.purge())) {
                keep(tally.withLate(tracked.id()));
                return tracked.folded(
                        tracked.record().apply(tally.purge().of(tracked.id())), clock.instant());
            }
        }
        return tracked;
    }

    /**
     * Records how far queues have been folded.
     *
     * @return how far all have; empty if nothing changed
     */
    Optional<Map<String, Long>> passed(Map<String, Long> offsets) {
        var next = new HashMap<>(passed);
        offsets.forEach((topic, offset) -> next.merge(topic, offset, Math::max));
        if (next.equals(passed)) {
            return Optional.empty();
        }
        passed = next;
        store.putPassed(next);
        open.removeIf(id -> !isOpen(Objects.requireNonNull(purges.get(id))));
        return Optional.of(next);
    }

    private boolean isOpen(PurgeTally tally) {
        return !FoldProgress.reaches(passed, tally.purge().before());
    }

    /**
     * A purge is kept until all that it may cover is folded, and some time longer for its caller.
     */
    void forget(Instant now) {
        purges.values()
                .removeIf(tally -> {
                    boolean over = !tally.seenAt().plus(PURGE_KEPT).isAfter(now) && !isOpen(tally);
                    if (over) {
                        store.remove(tally);
                    }
                    return over;
                });
    }

    private void keep(PurgeTally tally) {
        store.put(tally);
        purges.put(tally.purge().jobId(), tally);
    }
}
