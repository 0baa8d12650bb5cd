package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as its queue record: it exists, and the client gets its id, once Kafka has acknowledged the
 * record.
 *
 * @param owner name of the API key it was submitted with; other keys do not see the job
 * @param webhook called once the job is terminal
 * @param submittedAt when it was submitted, or last retried by its client
 * @param attemptsBefore no attempt of an earlier queue record of the same job has a higher number;
 *     0 unless the sink put the job back into its queue
 * @param bodyHash SHA-256 of the request's body, lower-case hexadecimal, where the client named the
 *     request by an {@code Idempotency-Key}
 * @param upload where the client wants its media, sealed by an {@link UploadSecret} for {@link
 *     #asked}
 * @param part null unless it is a part of another job
 * @param batch null unless it is a batch, or one of the jobs of one
 * @param traceparent its first record in the trace of its request (W3C Trace Context); null if it
 *     was not traced
 * @param weight of its owner among those who share a lane; null for 1, and where lanes are not
 *     shared
 */
public record Job(
        JobId id,
        EndpointId endpoint,
        EndpointKind kind,
        String owner,
        Payload input,
        ExecutionPolicy policy,
        @Nullable String webhook,
        ReplyShape reply,
        Instant submittedAt,
        int attemptsBefore,
        @Nullable String bodyHash,
        @Nullable String upload,
        @Nullable JobPart part,
        @Nullable Batch batch,
        @Nullable String traceparent,
        @Nullable Integer weight) {

    /** A job of an owner without a weight. */
    public Job(
            JobId id,
            EndpointId endpoint,
            EndpointKind kind,
            String owner,
            Payload input,
            ExecutionPolicy policy,
            @Nullable String webhook,
            ReplyShape reply,
            Instant submittedAt,
            int attemptsBefore,
            @Nullable String bodyHash,
            @Nullable String upload,
            @Nullable JobPart part,
            @Nullable Batch batch,
            @Nullable String traceparent) {
        this(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attemptsBefore,
                bodyHash,
                upload,
                part,
                batch,
                traceparent,
                null);
    }

    /** A job that a client submitted, outside of any trace and of no weight. */
    public Job(
            JobId id,
            EndpointId endpoint,
            EndpointKind kind,
            String owner,
            Payload input,
            ExecutionPolicy policy,
            @Nullable String webhook,
            ReplyShape reply,
            Instant submittedAt,
            int attemptsBefore,
            @Nullable String bodyHash,
            @Nullable String upload) {
        this(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attemptsBefore,
                bodyHash,
                upload,
                null,
                null,
                null,
                null);
    }

    /** A job whose request has neither an {@code Idempotency-Key} nor an {@code s3Config}. */
    public Job(
            JobId id,
            EndpointId endpoint,
            EndpointKind kind,
            String owner,
            Payload input,
            ExecutionPolicy policy,
            @Nullable String webhook,
            ReplyShape reply,
            Instant submittedAt,
            int attemptsBefore) {
        this(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attemptsBefore,
                null,
                null);
    }

    /** More than a queue ever delivers one record. */
    private static final int ATTEMPTS_A_QUEUE_RECORD = 32;

    /**
     * What the attempts of a further queue record are numbered after: whatever deliveries this
     * record and those before it still come to, none has such a number. So none is given twice.
     *
     * @param attempt the highest number known so far; 0 if none was begun
     */
    public int attemptsUpTo(int attempt) {
        int known = Math.max(attempt, attemptsBefore + 1);
        return Math.ceilDiv(known, ATTEMPTS_A_QUEUE_RECORD) * ATTEMPTS_A_QUEUE_RECORD;
    }

    /** Queue records that were written of it before this one, where none is left out. */
    public int recordsBefore() {
        return attemptsBefore / ATTEMPTS_A_QUEUE_RECORD;
    }

    /** The job that the client knows: its own id, or that of the one it is a part of. */
    public JobId asked() {
        return part == null ? id : part.parent();
    }

    /** Whether it is a batch, which other jobs run in the place of. */
    @JsonIgnore
    public boolean isBatch() {
        return batch instanceof Batch.Whole;
    }

    /**
     * The model that it can be run with only, as far as its request names one. A job that joins
     * segments needs none.
     */
    public Optional<PublishedModel> namedModel() {
        boolean joins = part != null && part.work() instanceof JobPart.Join;
        if (kind != EndpointKind.RESTORE || joins || !(input.body() instanceof ObjectNode fields)) {
            return Optional.empty();
        }
        return RestoreInput.namedModel(fields);
    }

    public Instant expiresAt() {
        return submittedAt.plus(policy.ttl());
    }

    /** The same job for its queue once more. */
    public Job requeuedAfter(int attempts) {
        return new Job(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attempts,
                bodyHash,
                upload,
                part,
                batch,
                traceparent,
                weight);
    }

    /** The same as work of a trace. */
    public Job tracedAs(@Nullable String trace) {
        return new Job(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attemptsBefore,
                bodyHash,
                upload,
                part,
                batch,
                trace,
                weight);
    }

    /** The same of an owner with a weight. */
    public Job weighing(@Nullable Integer ofOwner) {
        return new Job(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                submittedAt,
                attemptsBefore,
                bodyHash,
                upload,
                part,
                batch,
                traceparent,
                ofOwner);
    }

    /** The same job handed in anew. */
    public Job retriedAt(Instant at, int attempts) {
        return new Job(
                id,
                endpoint,
                kind,
                owner,
                input,
                policy,
                webhook,
                reply,
                at,
                attempts,
                bodyHash,
                upload,
                part,
                batch,
                traceparent,
                weight);
    }

    /** No input and no webhook: neither belongs in a log. */
    @Override
    public String toString() {
        return "Job[" + id + " for " + endpoint + "]";
    }
}
