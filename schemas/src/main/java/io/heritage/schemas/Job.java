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

    /** A job submitted by a client, without trace and weight. */
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

    /** More than the deliveries of one record by a queue. */
    private static final int ATTEMPTS_A_QUEUE_RECORD = 32;

    /**
     * Number after which the attempts of a further queue record are counted. No delivery of this or
     * an earlier record gets a higher number, so that none is given twice.
     *
     * @param attempt the highest number known so far; 0 if none was begun
     */
    public int attemptsUpTo(int attempt) {
        int known = Math.max(attempt, attemptsBefore + 1);
        return Math.ceilDiv(known, ATTEMPTS_A_QUEUE_RECORD) * ATTEMPTS_A_QUEUE_RECORD;
    }

    /** Number of earlier queue records of the job, if none was left out. */
    public int recordsBefore() {
        return attemptsBefore / ATTEMPTS_A_QUEUE_RECORD;
    }

    /** The id that the client knows: the job's own, or its parent's. */
    public JobId asked() {
        return part == null ? id : part.parent();
    }

    /** Whether it is a batch, whose jobs run instead of it. */
    @JsonIgnore
    public boolean isBatch() {
        return batch instanceof Batch.Whole;
    }

    /** The model that its request names, if any. A job that joins segments needs none. */
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

    /** The same job for another queue record. */
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

    /** The same with a trace. */
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

    /** The same with its owner's weight. */
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

    /** The same job submitted again. */
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
