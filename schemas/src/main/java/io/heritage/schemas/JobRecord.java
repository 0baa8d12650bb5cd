package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
 * The state of one job, folded from its submission and its events. The two topics may be read in
 * any order and any number of times: the first terminal event wins, later ones are counted and
 * change nothing.
 *
 * @param job null as long as only events have been seen
 * @param retries attempts started after the first; deliveries that started none do not count
 * @param lateEvents events that came after the terminal one
 * @param retried the last retry by its client; null if none
 */
public record JobRecord(
        JobId id,
        @Nullable Job job,
        JobState state,
        int retries,
        int lateEvents,
        JobEvent.@Nullable Retried retried) {

    public static JobRecord unseen(JobId id) {
        return new JobRecord(id, null, new Queued(null), 0, 0, null);
    }

    public JobRecord submitted(Job submitted) {
        return job != null
                ? this
                : new JobRecord(id, submitted, state, retries, lateEvents, retried);
    }

    public JobRecord apply(JobEvent event) {
        if (event instanceof JobEvent.ResultExpires || event instanceof JobEvent.PartsStreamed) {
            return this;
        }
        if (event instanceof JobEvent.Retried e) {
            return again(e);
        }
        if (state.isTerminal() || (retried != null && retried.leavesBehind(event))) {
            return new JobRecord(id, job, state, retries, lateEvents + 1, retried);
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
            case JobEvent.HandedBack e ->
                    runs(e.attempt()) ? to(new Queued(state.lastExecution())) : this;
            case JobEvent.Cancelled e -> to(new Cancelled(state.lastExecution(), e.at()));
            case JobEvent.Purged e ->
                    state instanceof Queued
                            ? to(new Cancelled(state.lastExecution(), e.at()))
                            : this;
            case JobEvent.TimedOut e -> to(new TimedOut(state.lastExecution(), e.at(), e.error()));
            case JobEvent.ResultExpires _, JobEvent.PartsStreamed _, JobEvent.Retried _ -> this;
        };
    }

    private JobRecord again(JobEvent.Retried e) {
        boolean mayBe = state instanceof Failed || state instanceof TimedOut;
        if (job == null
                || !mayBe
                || !(state instanceof JobState.Terminal ended && ended.at().equals(e.endedAt()))) {
            return this;
        }
        int attempts = attempts();
        return new JobRecord(
                id,
                job.retriedAt(e.at(), attempts),
                new Queued(null),
                0,
                lateEvents,
                new JobEvent.Retried(id, e.at(), e.endedAt(), attempts));
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

    private JobRecord started(JobEvent.Started e) {
        Execution last = state.lastExecution();
        if (last != null && !isLaterThan(last, e)) {
            return this;
        }
        var execution = new Execution(e.worker(), e.at(), e.attempt());
        return new JobRecord(
                id,
                job,
                new Running(execution, e.at(), null, -1, 0),
                last == null ? retries : retries + 1,
                lateEvents,
                retried);
    }

    /**
     * A later attempt, or the same attempt at another worker: after a change of the queue's leader
     * two workers may hold one delivery. The same event read twice is neither.
     */
    private static boolean isLaterThan(Execution last, JobEvent.Started e) {
        return e.attempt() > last.attempt()
                || (e.attempt() == last.attempt() && !e.worker().equals(last.worker()));
    }

    private JobRecord progressed(JobEvent.Progress e) {
        return state instanceof Running r
                        && r.execution().attempt() == e.attempt()
                        && e.sequence() > r.progressSequence()
                ? to(new Running(r.execution(), e.at(), e.value(), e.sequence(), r.partsReady()))
                : this;
    }

    private JobRecord partReady(JobEvent.PartReady e) {
        return state instanceof Running r && isOf(r.execution(), e)
                ? to(
                        new Running(
                                r.execution(),
                                e.at(),
                                r.progress(),
                                r.progressSequence(),
                                Math.max(r.partsReady(), e.index() + 1)))
                : this;
    }

    /** If two workers hold one delivery, only the later one's parts make up the result. */
    private static boolean isOf(Execution execution, JobEvent.PartReady e) {
        return execution.attempt() == e.attempt()
                && (e.worker() == null || e.worker().equals(execution.worker()));
    }

    private boolean runs(int attempt) {
        return state instanceof Running r && r.execution().attempt() == attempt;
    }

    /** The attempt that completed, also if its Started event was never folded. */
    private Execution executionOf(int attempt, WorkerId worker, Instant at) {
        Execution last = state.lastExecution();
        return last != null && last.attempt() == attempt
                ? last
                : new Execution(worker, at, attempt);
    }

    private JobRecord to(JobState next) {
        return new JobRecord(id, job, next, retries, lateEvents, retried);
    }

    private static Duration atLeastZero(Duration d) {
        return d.isNegative() ? Duration.ZERO : d;
    }
}
