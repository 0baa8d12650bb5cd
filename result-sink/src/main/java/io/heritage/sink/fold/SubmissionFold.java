package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

/**
 * Folds the submissions of one partition, read from the queues: the job itself, and the place where
 * it waits. Used by the stream thread that owns the partition.
 */
final class SubmissionFold {
    private final JobStore states;
    private final JobTransitions transitions;
    private final PartitionTurns turns;
    private final PartitionPurges purges;
    private final DividedJobs divided;
    private final Clock clock;

    SubmissionFold(
            JobStore states,
            JobTransitions transitions,
            PartitionTurns turns,
            PartitionPurges purges,
            DividedJobs divided,
            Clock clock) {
        this.states = states;
        this.transitions = transitions;
        this.turns = turns;
        this.purges = purges;
        this.divided = divided;
        this.clock = clock;
    }

    /**
     * @param place empty if it is not told
     */
    void fold(Job job, Optional<QueuePlace> place) {
        TrackedJob before = states.get(job.id());
        if (before == null && job.attemptsBefore() > 0) {
            return; // queued again by a sink, and removed since: its retention has ended
        }
        TrackedJob known = before == null ? TrackedJob.unseen(job.id(), clock.instant()) : before;
        boolean isNew = known.job() == null;
        TrackedJob after =
                isNew ? known.folded(known.record().submitted(job), clock.instant()) : known;
        boolean isLatest =
                job.attemptsBefore() >= Objects.requireNonNull(after.job()).attemptsBefore();
        if (place.isPresent()
                && isLatest
                && !hadItsTurn(after, job, place.get())
                && !place.get().equals(after.place())) {
            QueuePlace waited = after.place();
            after = purges.purgedLate(takenOver(after, job).at(place.get()));
            if (waited != null && Topics.isWaiting(waited.topic()) && after.isWaitingInQueue()) {
                turns.hadItsTurn(after.id(), waited, place.get());
            }
        }
        if (!after.equals(known)) {
            transitions.settled(known, after);
        }
        if (isNew && after.record().isDivided()) {
            divided.ask(after);
        }
    }

    /** Its record among those that wait comes once more, after a crash. */
    private static boolean hadItsTurn(TrackedJob known, Job job, QueuePlace place) {
        return Topics.isWaiting(place.topic())
                && known.place() != null
                && job.attemptsBefore() == Objects.requireNonNull(known.job()).attemptsBefore();
    }

    /** Attempt numbers that were assigned with its turn. */
    private static TrackedJob takenOver(TrackedJob known, Job job) {
        QueuePlace place = known.place();
        return place != null
                        && Topics.isWaiting(place.topic())
                        && job.attemptsBefore()
                                > Objects.requireNonNull(known.job()).attemptsBefore()
                ? known.withJob(job)
                : known;
    }
}
