package io.heritage.sink.fold;

import io.heritage.schemas.Batch;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of the jobs of one partition; each may be read again after a crash and then
 * changes nothing. Used by the stream thread that owns the partition.
 */
final class EventFold {
    private final JobRules rules;
    private final JobStore states;
    private final JobTransitions transitions;
    private final QueueWriter queues;
    private final PartitionPurges purges;
    private final DividedJobs divided;
    private final Batches batches;
    private final StopOrders stops;
    private final FoldMeters meters;
    private final Clock clock;

    EventFold(
            JobRules rules,
            JobStore states,
            JobTransitions transitions,
            QueueWriter queues,
            PartitionPurges purges,
            DividedJobs divided,
            Batches batches,
            StopOrders stops,
            FoldMeters meters,
            Clock clock) {
        this.rules = rules;
        this.states = states;
        this.transitions = transitions;
        this.queues = queues;
        this.purges = purges;
        this.divided = divided;
        this.batches = batches;
        this.stops = stops;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * @param offset of the event, in its partition of the log
     */
    void fold(JobEvent event, long offset) {
        if (event instanceof JobEvent.BatchMoved moved) {
            batchMoved(moved);
            return;
        }
        TrackedJob before = states.get(event.jobId());
        switch (event) {
            case JobEvent.ResultExpires expires when before != null ->
                    transitions.put(before, before.expiring(expires.expiresAt()));
            case JobEvent.PartsStreamed streamed when before != null ->
                    transitions.streamed(
                            before,
                            before.streamed(
                                    streamed.attempt(),
                                    streamed.worker(),
                                    streamed.parts(),
                                    streamed.call()));
            case JobEvent.ResultExpires _, JobEvent.PartsStreamed _ -> {}
            case JobEvent.QueuePurged purge -> purges.purge(purge, offset);
            case JobEvent.PartMoved moved -> partMoved(before, moved);
            case JobEvent.Submitted s when s.job().batch() instanceof Batch.Member -> {
                if (before == null || !before.hasRead(offset)) {
                    memberSubmitted(before == null ? unseen(s.jobId()) : before, s, offset);
                }
            }
            default -> {
                if (before == null || !before.hasRead(offset)) {
                    folded(before == null ? unseen(event.jobId()) : before, event, offset);
                }
            }
        }
    }

    private void partMoved(@Nullable TrackedJob before, JobEvent.PartMoved moved) {
        TrackedJob after = divided.moved(before, moved);
        if (before != null && after != null && !after.equals(before)) {
            transitions.progressed(before, after);
        }
    }

    /** The submission of a batch is large, so it is read only where its progress is published. */
    private void batchMoved(JobEvent.BatchMoved moved) {
        if (batches.moved(states.withoutSubmission(moved.jobId()), moved)) {
            TrackedJob before = Objects.requireNonNull(states.get(moved.jobId()));
            TrackedJob after = batches.progressed(before);
            transitions.progressed(before, after);
        }
    }

    /**
     * A batch makes one of its jobs, or asks where it stands: it may have been forgotten since. Or
     * the batch is another one of the same idempotency key, and it waits until nothing can come of
     * the job before.
     */
    private void memberSubmitted(TrackedJob known, JobEvent.Submitted event, long offset) {
        Job asked = event.job();
        Job before = known.job();
        if (before == null) {
            Optional<String> end = states.expired().get(asked.id()).flatMap(e -> e.endOf(asked));
            if (end.isPresent()) {
                batches.tellEnd(asked, end.get(), offset);
            } else {
                folded(known, event, offset);
            }
        } else if (!asked.submittedAt().isAfter(before.submittedAt())) { // a retry is later
            folded(known, event, offset);
        } else if (rules.isOver(known)) {
            divided.ended(known.id());
            states.remove(known);
            folded(unseen(known.id()), event, offset);
        }
    }

    private void folded(TrackedJob before, JobEvent event, long offset) {
        JobRecord record = before.record().apply(event);
        boolean retried = before.isFinished() && !record.state().isTerminal();
        TrackedJob folded =
                retried
                        ? before.retried(record, clock.instant())
                        : before.folded(record, heardAt(before, event));
        TrackedJob after = folded.readTo(offset);
        if (event instanceof JobEvent.PartReady ready && !before.record().isStale(event)) {
            states.parts().put(ready.jobId(), ready.attempt(), ready.index(), ready.part());
        }
        stops.follow(before, event, after);
        meters.happened(before, event, after);
        if (event instanceof JobEvent.Submitted
                && after.state() instanceof JobState.Queued
                && before.job() == null) {
            queues.enqueueNew(Objects.requireNonNull(after.job()));
        }
        if (event instanceof JobEvent.Divided division
                && after.record().isDivided()
                && !before.record().isDivided()) {
            divided.divided(after, division);
        }
        transitions.settled(before, after);
        divided.tell(before, event, after);
        if (before.record().isDivided() && !after.record().isDivided()) {
            divided.ended(after.id());
        }
        if (event instanceof JobEvent.Submitted && before.job() != null) {
            batches.tell(before, after, true);
        }
        if (after.isBatch() && before.record().isDivided() != after.record().isDivided()) {
            batches.ask(after);
        }
        if (retried) {
            queues.enqueueNew(Objects.requireNonNull(after.job()));
        }
        if (after.parts() == null && before.parts() != null) {
            states.parts().drop(after.id());
        }
    }

    /** A repeated submission does not count as a sign of life of the worker. */
    private Instant heardAt(TrackedJob before, JobEvent event) {
        return event instanceof JobEvent.Submitted && before.job() != null
                ? before.heardAt()
                : clock.instant();
    }

    private TrackedJob unseen(JobId id) {
        return TrackedJob.unseen(id, clock.instant());
    }
}
