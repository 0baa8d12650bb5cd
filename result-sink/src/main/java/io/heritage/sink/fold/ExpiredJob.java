package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import java.time.Instant;

/**
 * What is left of a job that was forgotten: who asks for it again is told why it is gone.
 *
 * @param at when its result expired
 * @param knownUntil when this is forgotten too
 */
public record ExpiredJob(
        JobId id, EndpointId endpoint, String owner, Instant at, Instant knownUntil) {

    static ExpiredJob of(Job job, Instant at, Instant knownUntil) {
        return new ExpiredJob(job.id(), job.endpoint(), job.owner(), at, knownUntil);
    }
}
