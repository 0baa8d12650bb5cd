package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import io.heritage.sink.queue.QueuePlace;
import java.time.Clock;
import java.util.Objects;

/**
 * Stores the new state of a job and triggers what follows, whether an event, the submission or a
 * purge changed it: the job is queued again, its webhook becomes due, and waiting requests are
 * woken. Used by the stream thread that owns the partition.
 */
final class JobTransitions {
    private final JobRules rules;
    private final JobStore states;
    private final QueueWriter queues;
    private final PartitionTurns turns;
    private final LostFromQueue lost;
    private final WebhookCalls calls;
    private final Batches batches;
    private final Waiters waiters;
    private final FoldMeters meters;
    private final Clock clock;

    JobTransitions(
            JobRules rules,
            JobStore states,
            QueueWriter queues,
            PartitionTurns turns,
            LostFromQueue lost,
            WebhookCalls calls,
            Batches batches,
            Waiters waiters,
            FoldMeters meters,
            Clock clock) {
        this.rules = rules;
        this.states = states;
        this.queues = queues;
        this.turns = turns;
        this.lost = lost;
        this.calls = calls;
        this.batches = batches;
        this.waiters = waiters;
        this.meters = meters;
        this.clock = clock;
    }

    /** Stores a job whose state is the same. */
    void put(TrackedJob before, TrackedJob after) {
        states.put(before, after, rules.nextLook(after));
    }

    /** The same, and wakes the requests that wait for it. */
    void progressed(TrackedJob before, TrackedJob after) {
        put(before, after);
        waiters.changed(after);
    }

    /** The same for a change that only gave parts to a client. */
    void streamed(TrackedJob before, TrackedJob after) {
        put(before, after);
        waiters.changed(before.id());
    }

    void settled(TrackedJob before, TrackedJob after) {
        TrackedJob next = withConsequences(before, after);
        put(before, next);
        meters.settled(before, next);
        awaited(before, next);
    }

    /** The same for a job that the counters already include. */
    void settledCounted(TrackedJob before, TrackedJob after) {
        TrackedJob next = withConsequences(before, after);
        states.putCounted(before, next, rules.nextLook(next));
        meters.settled(before, next);
        awaited(before, next);
    }

    /** Queues a job again: its record there has ended or is proved to be gone. */
    void requeue(TrackedJob tracked, Job job) {
        put(tracked, queues.requeue(tracked, job));
    }

    private TrackedJob withConsequences(TrackedJob before, TrackedJob after) {
        Job job = after.job();
        TrackedJob next = after;
        boolean handedBack =
                before.state() instanceof JobState.Running
                        && after.state() instanceof JobState.Queued
                        && after.record().unfinishedStarts() == before.record().unfinishedStarts();
        if (job != null && handedBack) {
            meters.requeued(job, FoldMeters.Back.HANDED_BACK);
            next = queues.requeue(next, job);
        }
        if (job != null && after.isFinished() && job.webhook() != null && after.webhook() == null) {
            next = next.calling(WebhookState.pending(clock.instant()));
        }
        return next;
    }

    /** Wakes the requests that wait for the job; they read what is stored now. */
    private void awaited(TrackedJob before, TrackedJob next) {
        if (next.isWaitingInQueue()) {
            QueuePlace place = Objects.requireNonNull(next.place());
            lost.waits(place);
            turns.waits(next, Objects.requireNonNull(next.job()), place);
        } else {
            turns.waitsNoMore(next.id());
        }
        if (!before.isWebhookPending()) {
            calls.await(next);
        }
        batches.tell(before, next, false);
        waiters.changed(next);
    }
}
