package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.JobState.Cancelled;
import io.heritage.schemas.JobState.Completed;
import io.heritage.schemas.JobState.Execution;
import io.heritage.schemas.JobState.Failed;
import io.heritage.schemas.JobState.Queued;
import io.heritage.schemas.JobState.Running;
import io.heritage.schemas.JobState.TimedOut;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State of one job, folded from its submission and its events, in the order of the log. The
 * submission may come at any point among them.
 *
 * <p>The first terminal event wins. Events of an attempt count only while it is the current one: an
 * attempt is identified by its number, its worker, and its start. One with a higher number replaces
 * the current one. So does one with the same number that is started later in the log, because after
 * a change of the queue's leader two workers may hold one delivery. Events that do not count only
 * increase {@code lateEvents}. Once an attempt has divided the job, no other one counts.
 *
 * @param job null as long as only events have been seen
 * @param retries attempts begun after the first; deliveries that began none do not count
 * @param lateEvents events that came after the terminal one or of an attempt that is not current
 * @param retried by its client, the last time; null if never
 * @param unfinished starts whose worker stopped before finishing; null in records of versions that
 *     did not count them
 */
public record JobRecord(
        JobId id,
        @Nullable Job job,
        JobState state,
        int retries,
        int lateEvents,
        JobEvent.@Nullable Retried retried,
        @Nullable Integer unfinished) {

    public static JobRecord unseen(JobId id) {
        return new JobRecord(id, null, new Queued(null), 0, 0, null, null);
    }

    public JobRecord submitted(Job submitted) {
        return job != null ? this : withJob(submitted);
    }

    /** The same with another submission, or without one. */
    public JobRecord withJob(@Nullable Job other) {
        return new JobRecord(id, other, state, retries, lateEvents, retried, unfinished);
    }

    public JobRecord apply(JobEvent event) {
        if (event instanceof JobEvent.ResultExpires
                || event instanceof JobEvent.PartsStreamed
                || event instanceof JobEvent.QueuePurged
                || event instanceof JobEvent.PartMoved
                || event instanceof JobEvent.BatchMoved) {
            return this;
        }
        if (event instanceof JobEvent.Submitted e) {
            return first(e);
        }
        if (event instanceof JobEvent.Retried e) {
            return again(e);
        }
        if (state.isTerminal()
                || (retried != null && retried.leavesBehind(event))
                || isStale(event)) {
            return new JobRecord(id, job, state, retries, lateEvents + 1, retried, unfinished);
        }
        return switch (event) {
            case JobEvent.Rejected e ->
                    submitted(e.job()).to(new Failed(null, e.at(), e.error(), null));
            case JobEvent.Started e -> started(e);
            case JobEvent.Progress e -> progressed(e);
            case JobEvent.PartReady e -> partReady(e);
            case JobEvent.Completed e ->
                    to(
                            new Completed(
                                    executionOf(e.attempt(), e.worker(), e.at()),
                                    e.at(),
                                    e.output()));
            case JobEvent.Failed e ->
                    to(new Failed(state.lastExecution(), e.at(), e.error(), e.output()));
            case JobEvent.HandedBack _ -> to(new Queued(state.lastExecution()));
            case JobEvent.Abandoned _ ->
                    to(new Queued(state.lastExecution()), unfinishedStarts() + 1);
            case JobEvent.Cancelled e -> to(new Cancelled(state.lastExecution(), e.at()));
            case JobEvent.Purged e ->
                    state instanceof Queued
                            ? to(new Cancelled(state.lastExecution(), e.at()))
                            : this;
            case JobEvent.TimedOut e -> to(new TimedOut(state.lastExecution(), e.at(), e.error()));
            case JobEvent.Divided _ -> divided();
            case JobEvent.Submitted _,
                    JobEvent.QueuePurged _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _,
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _,
                    JobEvent.Retried _ ->
                    this;
        };
    }

    private JobRecord first(JobEvent.Submitted e) {
        if (job != null) {
            return this;
        }
        JobRecord known = submitted(e.job());
        if (state.isTerminal()) {
            return known;
        }
        if (e.error() != null) {
            return known.to(new Failed(null, e.at(), e.error(), null));
        }
        return e.job().isBatch() ? known.batchBegun(e.at()) : known;
    }

    /** A batch has no queue and no worker; its jobs have. */
    private JobRecord batchBegun(Instant at) {
        var execution = new Execution(Batch.WORKER, at, Batch.ATTEMPT);
        return to(new Running(execution, at, null, -1, 0, true));
    }

    /** Whether an event is of an attempt that is not, or no longer, the current one. */
    public boolean isStale(JobEvent event) {
        Execution last = state.lastExecution();
        return switch (event) {
            case JobEvent.Started e ->
                    isDivided() || (last != null && e.attempt() < last.attempt());
            case JobEvent.Progress e -> !runs(e.attempt(), e.worker());
            case JobEvent.PartReady e -> !runs(e.attempt(), e.worker());
            case JobEvent.HandedBack e -> isDivided() || !runs(e.attempt(), e.worker());
            case JobEvent.Abandoned e -> isDivided() || !runs(e.attempt(), e.worker());
            case JobEvent.Divided e -> !runs(e.attempt(), e.worker());
            case JobEvent.Completed e when isDivided() -> !runs(e.attempt(), e.worker());
            case JobEvent.Completed e -> isBefore(last, e.attempt(), e.worker());
            case JobEvent.Failed e when e.worker() == null ->
                    e.attempt() != (last == null ? 0 : last.attempt());
            case JobEvent.Failed _ when isDivided() -> true; // by another worker than the sink
            case JobEvent.Failed e -> isBefore(last, e.attempt(), e.worker());
            case JobEvent.Rejected _,
                    JobEvent.Submitted _,
                    JobEvent.Cancelled _,
                    JobEvent.Purged _,
                    JobEvent.QueuePurged _,
                    JobEvent.TimedOut _,
                    JobEvent.Retried _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _,
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _ ->
                    false;
        };
    }

    /**
     * Error of a job whose workers stopped before finishing, once too often.
     *
     * @param retries begins after the first, as clients see them
     */
    public static String lostAfter(long retries) {
        return "job timed out after %d retries: every worker that started it stopped before finishing"
                .formatted(retries);
    }

    private static boolean isBefore(
            @Nullable Execution last, int attempt, @Nullable WorkerId worker) {
        return last != null
                && (attempt < last.attempt()
                        || (attempt == last.attempt() && !last.worker().equals(worker)));
    }

    /** Number of starts whose worker stopped before finishing. */
    public int unfinishedStarts() {
        return unfinished == null ? 0 : unfinished;
    }

    private JobRecord again(JobEvent.Retried e) {
        boolean mayBe = state instanceof Failed || state instanceof TimedOut;
        if (job == null
                || !mayBe
                || !(state instanceof JobState.Terminal ended && ended.at().equals(e.endedAt()))) {
            return this;
        }
        int attempts =
                Math.max(job.attemptsUpTo(attempts()), e.attempts() == null ? 0 : e.attempts());
        return new JobRecord(
                id,
                job.retriedAt(e.at(), attempts),
                new Queued(null),
                0,
                lateEvents,
                new JobEvent.Retried(id, e.at(), e.endedAt(), attempts),
                null);
    }

    /** Number of the last attempt that is known to have begun, counted over all retries. */
    public int attempts() {
        Execution last = state.lastExecution();
        return Math.max(job == null ? 0 : job.attemptsBefore(), last == null ? 0 : last.attempt());
    }

    /** From submission to the begin of the last attempt; empty before the first. */
    @JsonIgnore
    public Optional<Duration> delay() {
        Execution last = state.lastExecution();
        return job == null || last == null
                ? Optional.empty()
                : Optional.of(atLeastZero(Duration.between(job.submittedAt(), last.startedAt())));
    }

    /** How long the last attempt took, or has been running at {@code now}. */
    public Optional<Duration> execution(Instant now) {
        Execution last = state.lastExecution();
        if (last == null) {
            return Optional.empty();
        }
        Instant end = state instanceof JobState.Terminal terminal ? terminal.at() : now;
        return Optional.of(atLeastZero(Duration.between(last.startedAt(), end)));
    }

    /** The same event read twice changes nothing. */
    private JobRecord started(JobEvent.Started e) {
        Execution last = state.lastExecution();
        var next = new Execution(e.worker(), e.at(), e.attempt());
        if (next.equals(last)) {
            return this;
        }
        boolean takesOver = state instanceof Running;
        return new JobRecord(
                id,
                job,
                new Running(next, e.at(), null, -1, 0),
                last == null ? retries : retries + 1,
                lateEvents,
                retried,
                takesOver ? Integer.valueOf(unfinishedStarts() + 1) : unfinished);
    }

    private JobRecord progressed(JobEvent.Progress e) {
        return state instanceof Running r && e.sequence() > r.progressSequence()
                ? to(r.with(e.at(), e.value(), e.sequence()))
                : this;
    }

    private JobRecord divided() {
        return state instanceof Running r
                ? to(
                        new Running(
                                r.execution(),
                                r.heardAt(),
                                r.progress(),
                                r.progressSequence(),
                                r.partsReady(),
                                true))
                : this;
    }

    /** Whether its parts run instead of itself. */
    @JsonIgnore
    public boolean isDivided() {
        return state instanceof Running r && r.inParts();
    }

    /** The progress of all parts, or of all jobs of a batch, together. */
    public JobRecord partsProgressed(Instant at, JsonNode value) {
        return state instanceof Running r && r.inParts()
                ? to(r.with(at, value, r.progressSequence() + 1))
                : this;
    }

    private JobRecord partReady(JobEvent.PartReady e) {
        return state instanceof Running r
                ? to(
                        new Running(
                                r.execution(),
                                e.at(),
                                r.progress(),
                                r.progressSequence(),
                                Math.max(r.partsReady(), e.index() + 1),
                                r.divided()))
                : this;
    }

    /**
     * @param worker null in events of versions that did not say it
     */
    private boolean runs(int attempt, @Nullable WorkerId worker) {
        return state instanceof Running r
                && r.execution().attempt() == attempt
                && (worker == null || worker.equals(r.execution().worker()));
    }

    /** The attempt that completed, also if its Started event was never folded. */
    private Execution executionOf(int attempt, WorkerId worker, Instant at) {
        Execution last = state.lastExecution();
        return last != null && last.attempt() == attempt
                ? last
                : new Execution(worker, at, attempt);
    }

    private JobRecord to(JobState next) {
        return new JobRecord(id, job, next, retries, lateEvents, retried, unfinished);
    }

    private JobRecord to(JobState next, int unfinishedStarts) {
        return new JobRecord(id, job, next, retries, lateEvents, retried, unfinishedStarts);
    }

    private static Duration atLeastZero(Duration d) {
        return d.isNegative() ? Duration.ZERO : d;
    }
}
