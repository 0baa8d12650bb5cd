package io.heritage.schemas;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record makes a job exist: when it is acknowledged by Kafka the client gets the id.
 *
 * @param owner name of the API key it was submitted with; other keys do not see the job
 * @param webhook called once the job is terminal
 * @param submittedAt when it was submitted, or last retried by its client
 * @param attemptsBefore deliveries of earlier queue records of the same job; 0 unless the sink put
 *     the job back into its queue
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
        int attemptsBefore) {

    public Instant expiresAt() {
        return submittedAt.plus(policy.ttl());
    }

    /** The same job, to be queued again after {@code attempts} deliveries in all. */
    public Job requeuedAfter(int attempts) {
        return new Job(
                id, endpoint, kind, owner, input, policy, webhook, reply, submittedAt, attempts);
    }

    /** The same job, submitted again after {@code attempts} deliveries in all. */
    public Job retriedAt(Instant at, int attempts) {
        return new Job(id, endpoint, kind, owner, input, policy, webhook, reply, at, attempts);
    }

    /** No input and no webhook: neither belongs in a log. */
    @Override
    public String toString() {
        return "Job[" + id + " for " + endpoint + "]";
    }
}
