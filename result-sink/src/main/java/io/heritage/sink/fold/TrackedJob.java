package io.heritage.sink.fold;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.JobState.Execution;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job's folded record with what only the sink needs to know of it; value of the state store.
 *
 * @param heardAt by this sink's clock: when an event of the job came in last or it was put back
 *     into its queue
 * @param requeues how often it was put back because it was lost
 * @param resultExpiresAt earlier end of its retention a client asked for
 * @param webhook null as long as there is nothing to call, or nobody to
 * @param parts null as long as there are none
 * @param deadline under which it stands in the store's index
 */
public record TrackedJob(
        JobRecord record,
        Instant heardAt,
        int requeues,
        @Nullable Instant resultExpiresAt,
        @Nullable WebhookState webhook,
        @Nullable PartsProgress parts,
        @Nullable Instant deadline) {

    public static TrackedJob unseen(JobId id, Instant now) {
        return new TrackedJob(JobRecord.unseen(id), now, 0, null, null, null, null);
    }

    public JobId id() {
        return record.id();
    }

    public @Nullable Job job() {
        return record.job();
    }

    public JobState state() {
        return record.state();
    }

    /** Submission and end are both known: there is something to answer. */
    @JsonIgnore
    public boolean isFinished() {
        return record.job() != null && record.state().isTerminal();
    }

    public boolean endedAt(Instant instant) {
        return state() instanceof JobState.Terminal ended && ended.at().equals(instant);
    }

    @JsonIgnore
    boolean isWebhookPending() {
        return webhook != null && webhook.outcome() == WebhookState.Outcome.PENDING;
    }

    /** Of the attempt that runs or ran last; 0 if none has begun. */
    public int attempt() {
        Execution last = record.state().lastExecution();
        return last == null ? 0 : last.attempt();
    }

    public PartsProgress partsSoFar() {
        return parts == null ? PartsProgress.NONE : parts;
    }

    public boolean hasPartsAfter(int parts) {
        return partsSoFar().ready() > parts;
    }

    public boolean hasNewParts() {
        return hasPartsAfter(partsSoFar().streamed());
    }

    public TrackedJob folded(JobRecord next, Instant now) {
        return new TrackedJob(
                next, now, requeues, resultExpiresAt, webhook, partsAfter(next.state()), deadline);
    }

    private @Nullable PartsProgress partsAfter(JobState next) {
        boolean sameAttempt = Objects.equals(record.state().lastExecution(), next.lastExecution());
        PartsProgress kept = sameAttempt ? parts : null;
        return next instanceof JobState.Running r && r.partsReady() > 0
                ? (kept == null ? PartsProgress.NONE : kept).readyUpTo(r.partsReady())
                : kept;
    }

    /**
     * @param ofAttempt whose parts a client was given; those of an attempt before the last do not
     *     count
     */
    TrackedJob streamed(int ofAttempt, int parts) {
        return ofAttempt != attempt()
                ? this
                : new TrackedJob(
                        record,
                        heardAt,
                        requeues,
                        resultExpiresAt,
                        webhook,
                        partsSoFar().streamedUpTo(parts),
                        deadline);
    }

    /** Nothing of its past counts any more. */
    TrackedJob retried(JobRecord next, Instant now) {
        return new TrackedJob(next, now, 0, null, null, null, deadline);
    }

    TrackedJob requeued(Instant now) {
        return new TrackedJob(record, now, requeues + 1, resultExpiresAt, webhook, parts, deadline);
    }

    TrackedJob expiring(Instant at) {
        Instant earlier =
                resultExpiresAt == null || at.isBefore(resultExpiresAt) ? at : resultExpiresAt;
        return new TrackedJob(record, heardAt, requeues, earlier, webhook, parts, deadline);
    }

    TrackedJob calling(WebhookState next) {
        return new TrackedJob(record, heardAt, requeues, resultExpiresAt, next, parts, deadline);
    }

    TrackedJob due(Instant next) {
        return new TrackedJob(record, heardAt, requeues, resultExpiresAt, webhook, parts, next);
    }
}
