package io.heritage.sink.fold;

import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Leads a batch to its end (docs/rationale.md, "A batch is one record"). Its jobs may be folded in
 * other partitions, so they know of each other by events alone, every one of which may be lost with
 * a crash or come twice: the batch says again what had no effect, a job answers each time where it
 * stands, and what comes twice changes nothing.
 *
 * <p>Used by the stream thread that owns the partition.
 */
final class Batches {
    /** Progress is written to the batch at most so often. */
    private static final Duration PACE = Duration.ofMillis(500);

    private final BatchStore store;
    private final BiConsumer<JobId, Outgoing> say;
    private final Clock clock;

    /**
     * @param say sends what is said to a job under its id
     */
    Batches(BatchStore store, BiConsumer<JobId, Outgoing> say, Clock clock) {
        this.store = store;
        this.say = say;
        this.clock = clock;
    }

    /**
     * Makes the jobs that are not over, or has them answer where they stand; if the batch was
     * cancelled or ran out of time, has them end.
     */
    void ask(TrackedJob batch) {
        Job job = Objects.requireNonNull(batch.job());
        if (!(job.batch() instanceof Batch.Whole(int jobs))) {
            return;
        }
        boolean stopped = isStopped(batch);
        if (batch.isFinished() && !stopped) {
            return; // what is unfinished now was retried by its client
        }
        for (int i = 0; i < jobs; i++) {
            if (store.get(batch.id(), i).isEnded()) {
                continue;
            }
            Job member = Batch.member(job, i);
            if (stopped) { // cancelled first: what was never made is not queued
                cancel(member.id());
            }
            Instant at = job.submittedAt();
            say.accept(member.id(), Outgoing.event(new JobEvent.Submitted(member, at, null)));
        }
        if (!stopped) {
            endIfOver(batch.id(), progress(batch.id(), jobs));
        }
    }

    /**
     * A job of a batch has moved.
     *
     * @param batch without its submission; null if it is not known, or no more
     * @return whether the progress of the batch is to be told
     */
    boolean moved(@Nullable TrackedJob batch, JobEvent.BatchMoved moved) {
        if (batch == null) {
            return false;
        }
        MemberState before = store.get(moved.jobId(), moved.index());
        var after = new MemberState(moved.status(), moved.version());
        if (moved.version() < before.version()) {
            return false;
        }
        store.put(moved.jobId(), moved.index(), after);
        if (!batch.record().isDivided()) {
            if (!after.isEnded() && isStopped(batch)) {
                cancel(Batch.id(moved.jobId(), moved.index()));
            }
            return false;
        }
        boolean over =
                after.isEnded() && endIfOver(moved.jobId(), progress(moved.jobId(), moved.jobs()));
        return over || isTimeToTell(batch);
    }

    private static boolean isStopped(TrackedJob batch) {
        return batch.state() instanceof JobState.Cancelled
                || batch.state() instanceof JobState.TimedOut;
    }

    private boolean isTimeToTell(TrackedJob batch) {
        return batch.state() instanceof JobState.Running running
                && (running.progress() == null
                        || !running.heardAt().plus(PACE).isAfter(clock.instant()));
    }

    /** The batch with the progress of all its jobs. */
    TrackedJob progressed(TrackedJob batch) {
        if (batch.job() == null || !(batch.job().batch() instanceof Batch.Whole(int jobs))) {
            return batch;
        }
        return batch.withRecord(
                batch.record()
                        .partsProgressed(clock.instant(), progress(batch.id(), jobs).counts()));
    }

    private BatchProgress progress(JobId batch, int jobs) {
        return new BatchProgress(store.all(batch, jobs));
    }

    /** Said again until it is read; only the first counts. */
    private boolean endIfOver(JobId batch, BatchProgress progress) {
        if (!progress.isOver()) {
            return false;
        }
        Instant now = clock.instant();
        say.accept(
                batch,
                Outgoing.event(
                        progress.hasAnyCompleted()
                                ? new JobEvent.Completed(
                                        batch,
                                        now,
                                        Batch.ATTEMPT,
                                        Batch.WORKER,
                                        Payload.ofJson(progress.counts()))
                                : new JobEvent.Failed(
                                        batch,
                                        now,
                                        Batch.ATTEMPT,
                                        null,
                                        "none of the %d jobs completed"
                                                .formatted(progress.members().size()),
                                        progress.counts())));
        return true;
    }

    private void cancel(JobId member) {
        Instant now = clock.instant();
        say.accept(member, Outgoing.event(new JobEvent.Cancelled(member, now)));
        say.accept(member, Outgoing.command(new Command.Cancel(member, now)));
    }

    /**
     * Tells the batch of a job, where it is one of its.
     *
     * @param asked whether it has to answer, moved or not
     */
    void tell(TrackedJob before, TrackedJob after, boolean asked) {
        Job job = after.job();
        if (job == null || !(job.batch() instanceof Batch.Member(JobId of, int index, int jobs))) {
            return;
        }
        boolean moved =
                before.job() == null || !before.state().getClass().equals(after.state().getClass());
        if (asked || moved) {
            say.accept(
                    of,
                    Outgoing.event(
                            new JobEvent.BatchMoved(
                                    of,
                                    clock.instant(),
                                    index,
                                    jobs,
                                    after.state().status(),
                                    after.readTo() == null ? -1 : after.readTo())));
        }
    }

    void forget(JobId batch) {
        store.drop(batch);
    }
}
