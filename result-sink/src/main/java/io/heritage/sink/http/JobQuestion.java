package io.heritage.sink.http;

import io.heritage.schemas.JobId;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.store.ExpiredJob;
import java.time.Duration;

/**
 * A request about one job.
 *
 * @param endpoint and owner, of which the job has to be
 * @param until by {@link System#nanoTime()}, how long it may wait for its answer
 * @param method with {@code pathAndQuery}, the request as it is sent on to another sink
 * @param forwarded whether another sink sent it on
 * @param call id of the client's call of {@code /stream} that it is asked for; empty if it does not
 *     matter how often it is asked
 */
record JobQuestion(
        JobId id,
        String endpoint,
        String owner,
        long until,
        String method,
        String pathAndQuery,
        boolean forwarded,
        String call) {

    /** False for a part of a job: only its parent knows it. */
    boolean mayConcern(TrackedJob tracked) {
        return tracked.job() != null
                && tracked.job().part() == null
                && tracked.job().endpoint().value().equals(endpoint)
                && tracked.job().owner().equals(owner);
    }

    boolean mayConcern(ExpiredJob job) {
        return job.endpoint().value().equals(endpoint) && job.owner().equals(owner);
    }

    /** Zero once the wait is over. */
    Duration left() {
        Duration left = Duration.ofNanos(until - System.nanoTime());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
