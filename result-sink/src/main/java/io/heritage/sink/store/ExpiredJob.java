package io.heritage.sink.store;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remainder of a removed job, so that later requests can be told why it is gone.
 *
 * @param at when its result expired
 * @param knownUntil when this entry is removed too
 * @param submittedAt by the gateway; null in records of versions that did not tell
 * @param status how it had ended, in the word that clients know; null where {@code submittedAt} is
 */
public record ExpiredJob(
        JobId id,
        EndpointId endpoint,
        String owner,
        Instant at,
        Instant knownUntil,
        @Nullable Instant submittedAt,
        @Nullable String status) {

    public static ExpiredJob of(Job job, String status, Instant at, Instant knownUntil) {
        return new ExpiredJob(
                job.id(), job.endpoint(), job.owner(), at, knownUntil, job.submittedAt(), status);
    }

    /**
     * The end of a job that is submitted again; empty if this was another job with its id, of an
     * earlier batch with the same idempotency key.
     */
    public Optional<String> endOf(Job again) {
        return submittedAt == null || again.submittedAt().isAfter(submittedAt)
                ? Optional.empty()
                : Optional.ofNullable(status);
    }
}
