package io.heritage.sink.fold;

import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.sink.store.BatchProgress;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.store.MemberState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
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
    /** Minimum interval between writes of the batch's progress. */
    private static final Duration PACE = Duration.ofMillis(500);

    /** Minimum interval between questions to known jobs: each question repeats the whole input. */
    private static final Duration ALL_ASKED_EVERY = Duration.ofMinutes(10);

    /** Most jobs asked in one turn of the stream thread, so that others do not wait long. */
    static final int ASKED_AT_ONCE = 100;

    private final BatchStore store;
    private final BiConsumer<JobId, Outgoing> say;
    private final Function<JobId, Optional<TrackedJob>> known;
    private final Clock clock;

    /** Jobs that have ended, of batches that have not, as far as the store was read. */
    private final Map<JobId, Integer> ended = new HashMap<>();

    private final Map<JobId, Instant> allAskedAt = new HashMap<>();

    /** Batches with known jobs, cached so that a batch is not read for each of its jobs. */
    private final Map<JobId, Instant> submittedAt = new HashMap<>();

    /** Batches with jobs that are still to be asked. */
    private final Map<JobId, Asking> asking = new LinkedHashMap<>();

    /**
     * @param next index of the job that is asked next
     * @param all that have not ended, not only those that were never heard of
     */
    private record Asking(int next, boolean all) {
        boolean isAsked(MemberState member) {
            return all ? !member.isEnded() : !member.isHeardOf();
        }
    }

    /**
     * @param say sends what is said to a job under its id
     * @param known jobs of this partition, with their submissions
     */
    Batches(
            BatchStore store,
            BiConsumer<JobId, Outgoing> say,
            Function<JobId, Optional<TrackedJob>> known,
            Clock clock) {
        this.store = store;
        this.say = say;
        this.known = known;
        this.clock = clock;
    }

    /** A batch has begun, so its jobs are made, or it has ended, so those that have not are. */
    void ask(TrackedJob batch) {
        drop(batch.id());
        ask(batch, new Asking(0, true));
    }

    /**
     * Called periodically: creates missing jobs, from time to time asks unfinished ones for their
     * state, and ends them if the batch was cancelled.
     */
    void askAgain(TrackedJob batch) {
        boolean stopped = isCancelled(batch);
        if (batch.isFinished() && !stopped) {
            return; // what is unfinished now was retried by its client
        }
        ask(batch, new Asking(0, stopped || isTimeToAskAll(batch.id())));
        if (!stopped && batch.job() != null && batch.job().batch() instanceof Batch.Whole(int n)) {
            endIfOver(batch.id(), progress(batch.id(), n));
        }
    }

    /** Goes on with a batch whose jobs were more than are asked at once, each in its turn. */
    void askMore() {
        if (asking.isEmpty()) {
            return;
        }
        JobId next = asking.keySet().iterator().next();
        Asking left = Objects.requireNonNull(asking.remove(next));
        known.apply(next).ifPresent(batch -> ask(batch, left));
    }

    private void ask(TrackedJob batch, Asking from) {
        boolean stopped = isCancelled(batch) || batch.state() instanceof JobState.TimedOut;
        Job job = batch.job();
        if (job == null
                || !(job.batch() instanceof Batch.Whole(int count))
                || (batch.isFinished() && !stopped)) {
            return;
        }
        List<MemberState> members = store.all(batch.id(), count);
        int i = from.next();
        for (int asked = 0; i < count && asked < ASKED_AT_ONCE; i++) {
            if (from.isAsked(members.get(i))) {
                ask(Batch.member(job, i), job.submittedAt(), stopped);
                asked++;
            }
        }
        asking.remove(batch.id());
        if (i < count) {
            asking.put(batch.id(), new Asking(i, from.all()));
        }
    }

    /** Cancelled first: what was never made is not queued. */
    private void ask(Job member, Instant at, boolean stopped) {
        if (stopped) {
            cancel(member.id());
        }
        say.accept(member.id(), Outgoing.event(new JobEvent.Submitted(member, at, null)));
    }

    private boolean isTimeToAskAll(JobId batch) {
        Instant now = clock.instant();
        Instant last = allAskedAt.putIfAbsent(batch, now);
        if (last == null || last.plus(ALL_ASKED_EVERY).isAfter(now)) {
            return false;
        }
        allAskedAt.put(batch, now);
        return true;
    }

    /**
     * Handles a change of a job of a batch.
     *
     * @param batch without its submission; null if it is not known, or no more
     * @return whether the progress of the batch is to be published
     */
    boolean moved(@Nullable TrackedJob batch, JobEvent.BatchMoved moved) {
        if (batch == null || isOfABatchBefore(moved)) {
            return false;
        }
        MemberState before = store.get(moved.jobId(), moved.index());
        var after = new MemberState(moved.status(), moved.version());
        if (moved.version() < before.version()) {
            return false;
        }
        store.put(moved.jobId(), moved.index(), after);
        if (!batch.record().isDivided()) {
            if (!after.isEnded() && isCancelled(batch)) {
                cancel(Batch.id(moved.jobId(), moved.index()));
            }
            return false;
        }
        boolean over =
                haveAllEnded(moved, before, after)
                        && endIfOver(moved.jobId(), progress(moved.jobId(), moved.jobs()));
        return over || isTimeToTell(batch);
    }

    /** A client may use an idempotency key again while a job of the batch before still runs. */
    private boolean isOfABatchBefore(JobEvent.BatchMoved moved) {
        Instant batch = submittedAt.computeIfAbsent(moved.jobId(), this::submissionOf);
        return moved.jobSubmittedAt() != null && moved.jobSubmittedAt().isBefore(batch);
    }

    private Instant submissionOf(JobId batch) {
        return known.apply(batch)
                .flatMap(tracked -> Optional.ofNullable(tracked.job()))
                .map(Job::submittedAt)
                .orElse(Instant.EPOCH);
    }

    /** By the count of those that have: a batch is not read for each of its jobs. */
    private boolean haveAllEnded(JobEvent.BatchMoved moved, MemberState before, MemberState after) {
        Integer counted = ended.get(moved.jobId());
        if (counted == null) {
            return progress(moved.jobId(), moved.jobs()).isOver();
        }
        int now = counted + (after.isEnded() ? 1 : 0) - (before.isEnded() ? 1 : 0);
        ended.put(moved.jobId(), now);
        return now >= moved.jobs();
    }

    /** Jobs of a batch that only ran out of time may be retried. */
    private static boolean isCancelled(TrackedJob batch) {
        return batch.state() instanceof JobState.Cancelled;
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
        var progress = new BatchProgress(store.all(batch, jobs));
        ended.put(batch, progress.ended());
        return progress;
    }

    /** Repeated until it is read; only the first one counts. */
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
                                    after.readTo() == null ? -1 : after.readTo(),
                                    job.submittedAt())));
        }
    }

    /**
     * Tells the batch of a job that was forgotten how it had ended.
     *
     * @param offset of the question, which is later than all that the job told
     */
    void tellEnd(Job job, String status, long offset) {
        if (job.batch() instanceof Batch.Member(JobId of, int index, int jobs)) {
            say.accept(
                    of,
                    Outgoing.event(
                            new JobEvent.BatchMoved(
                                    of,
                                    clock.instant(),
                                    index,
                                    jobs,
                                    status,
                                    offset,
                                    job.submittedAt())));
        }
    }

    void forget(JobId batch) {
        drop(batch);
        store.drop(batch);
    }

    private void drop(JobId batch) {
        ended.remove(batch);
        allAskedAt.remove(batch);
        submittedAt.remove(batch);
        asking.remove(batch);
    }
}
