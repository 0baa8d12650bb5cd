package io.heritage.sink.fold;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent.StreamCall;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.JobState.Execution;
import io.heritage.schemas.WorkerId;
import io.heritage.sink.queue.QueuePlace;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job's folded record with facts that only the sink needs. All times are by the sink's clock, so
 * that deadlines do not depend on the clocks of gateways and workers. Null stands for facts that
 * records of earlier versions lack.
 *
 * @param heardAt when an event of the job came in last, or it was put into its queue again
 * @param seenAt when its submission, or its retry by the client, came in
 * @param since when its state or its attempt became what it is
 * @param resultExpiresAt earlier end of its retention a client asked for
 * @param webhook null before the end of the job, or if it has no webhook
 * @param parts null as long as there are none
 * @param deadline under which it stands in the store's index; null if there is none
 * @param place of its latest queue record
 * @param readTo offset of its latest event in the log; what is read again after a crash is skipped
 */
public record TrackedJob(
        JobRecord record,
        Instant heardAt,
        @Nullable Instant seenAt,
        @Nullable Instant since,
        @Nullable Instant resultExpiresAt,
        @Nullable WebhookState webhook,
        @Nullable PartsProgress parts,
        @Nullable Instant deadline,
        @Nullable QueuePlace place,
        @Nullable Long readTo) {

    public static TrackedJob unseen(JobId id, Instant now) {
        return new TrackedJob(
                JobRecord.unseen(id), now, null, now, null, null, null, null, null, null);
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

    /** Whether submission and end are both known, so that a result can be answered. */
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

    /** State of its webhook as clients read it; empty as long as there is none. */
    public Optional<ObjectNode> webhookLog() {
        return Optional.ofNullable(webhook).map(WebhookState::describe);
    }

    /** Number of the attempt that runs or ran last; 0 if none has begun. */
    public int attempt() {
        Execution last = record.state().lastExecution();
        return last == null ? 0 : last.attempt();
    }

    /** Worker of the attempt that runs or ran last. */
    public @Nullable WorkerId worker() {
        Execution last = record.state().lastExecution();
        return last == null ? null : last.worker();
    }

    public boolean isSameAttempt(TrackedJob other) {
        return Objects.equals(state().lastExecution(), other.state().lastExecution());
    }

    public PartsProgress partsSoFar() {
        return parts == null ? PartsProgress.NONE : parts;
    }

    public boolean hasPartsAfter(int parts) {
        return partsSoFar().ready() > parts;
    }

    /** Since when it has been in its state. */
    Instant inStateSince() {
        return since == null ? heardAt : since;
    }

    /** Whether its events up to an offset of the log have been folded. */
    boolean hasRead(long offset) {
        return readTo != null && offset <= readTo;
    }

    /** Whether other jobs run in its place. */
    @JsonIgnore
    public boolean isBatch() {
        return record.job() != null && record.job().isBatch();
    }

    /** Whether a purge would meet it: it is in its queue, begun or over. */
    @JsonIgnore
    public boolean isPlaced() {
        return record.job() != null && (place != null || !(state() instanceof JobState.Queued));
    }

    /** Whether its queue record matters: nothing else keeps it going. */
    @JsonIgnore
    boolean isWaitingInQueue() {
        return place != null && state() instanceof JobState.Queued && record.job() != null;
    }

    public TrackedJob folded(JobRecord next, Instant now) {
        boolean moved =
                !next.state().getClass().equals(state().getClass())
                        || !Objects.equals(next.state().lastExecution(), state().lastExecution());
        return new TrackedJob(
                next,
                now,
                seenAt == null && next.job() != null ? now : seenAt,
                moved ? now : since,
                resultExpiresAt,
                webhook,
                partsAfter(next.state()),
                deadline,
                place,
                readTo);
    }

    /** The same with another record of the same state. */
    TrackedJob withRecord(JobRecord next) {
        return new TrackedJob(
                next,
                heardAt,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                deadline,
                place,
                readTo);
    }

    private @Nullable PartsProgress partsAfter(JobState next) {
        boolean sameAttempt = Objects.equals(record.state().lastExecution(), next.lastExecution());
        PartsProgress kept = sameAttempt ? parts : null;
        return next instanceof JobState.Running r && r.partsReady() > 0
                ? (kept == null ? PartsProgress.NONE : kept).readyUpTo(r.partsReady())
                : kept;
    }

    /**
     * @param ofAttempt whose parts a client was given; those of another attempt than the last do
     *     not count
     * @param ofWorker null if not told
     * @param call likewise
     */
    TrackedJob streamed(
            int ofAttempt, @Nullable WorkerId ofWorker, int parts, @Nullable StreamCall call) {
        boolean current = ofAttempt == attempt() && (ofWorker == null || ofWorker.equals(worker()));
        return current
                ? with(webhook, partsSoFar().streamedUpTo(parts, call), resultExpiresAt)
                : this;
    }

    /** Resets its history. */
    TrackedJob retried(JobRecord next, Instant now) {
        return new TrackedJob(next, now, now, now, null, null, null, deadline, null, readTo);
    }

    /** Queues it again; its place is known once it is read from there. */
    TrackedJob requeued(Job again, Instant now) {
        return new TrackedJob(
                record.withJob(again),
                now,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                deadline,
                null,
                readTo);
    }

    TrackedJob expiring(Instant at) {
        Instant earlier =
                resultExpiresAt == null || at.isBefore(resultExpiresAt) ? at : resultExpiresAt;
        return with(webhook, parts, earlier);
    }

    TrackedJob calling(WebhookState next) {
        return with(next, parts, resultExpiresAt);
    }

    private TrackedJob with(
            @Nullable WebhookState nextWebhook,
            @Nullable PartsProgress nextParts,
            @Nullable Instant expiresAt) {
        return new TrackedJob(
                record,
                heardAt,
                seenAt,
                since,
                expiresAt,
                nextWebhook,
                nextParts,
                deadline,
                place,
                readTo);
    }

    TrackedJob at(@Nullable QueuePlace next) {
        return new TrackedJob(
                record,
                heardAt,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                deadline,
                next,
                readTo);
    }

    TrackedJob readTo(long offset) {
        return new TrackedJob(
                record,
                heardAt,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                deadline,
                place,
                offset);
    }

    TrackedJob withJob(@Nullable Job other) {
        return new TrackedJob(
                record.withJob(other),
                heardAt,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                deadline,
                place,
                readTo);
    }

    TrackedJob due(@Nullable Instant next) {
        return new TrackedJob(
                record,
                heardAt,
                seenAt,
                since,
                resultExpiresAt,
                webhook,
                parts,
                next,
                place,
                readTo);
    }
}
