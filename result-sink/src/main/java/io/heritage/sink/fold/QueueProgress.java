package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How far workers have come in each queue: the latest submission that was begun. Queues are in
 * order, so a job that was handed in well before it and is not being worked on is no longer there.
 */
public final class QueueProgress {
    private final ConcurrentMap<String, Instant> begun = new ConcurrentHashMap<>();

    void begun(Job job) {
        if (job.attemptsBefore() == 0) {
            begun.merge(queueOf(job), job.submittedAt(), (a, b) -> a.isAfter(b) ? a : b);
        }
    }

    Optional<Instant> upTo(Job job) {
        return Optional.ofNullable(begun.get(queueOf(job)));
    }

    private static String queueOf(Job job) {
        return job.endpoint() + "." + job.policy().lane();
    }
}
