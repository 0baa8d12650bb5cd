package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.store.JobsByPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the waiting jobs of one partition that their queue will not deliver any more. Events that
 * say otherwise may still be arriving, so they get some time. A waiting job costs nothing here.
 * Used by one stream thread.
 */
final class LostFromQueue {
    private static final int AT_ONCE = 500;

    private final QueueStarts queues;
    private final Duration patience;
    private final Map<String, Long> nothingBefore = new HashMap<>();
    private final Map<JobId, Instant> suspects = new HashMap<>();

    /**
     * @param patience time from finding a job until it counts as lost
     */
    LostFromQueue(QueueStarts queues, Duration patience) {
        this.queues = queues;
        this.patience = patience;
    }

    /** A job waits at a place that may have been looked at before. */
    void waits(QueuePlace place) {
        nothingBefore.computeIfPresent(place.topic(), (_, from) -> Math.min(from, place.offset()));
    }

    List<JobId> find(JobsByPlace jobs, Instant now) {
        var found = new HashMap<JobId, Instant>();
        for (String topic : queues.topics()) {
            long start = queues.startOf(topic);
            long from = nothingBefore.getOrDefault(topic, 0L);
            if (start <= from) {
                continue;
            }
            List<JobId> waiting = jobs.before(topic, from, start, AT_ONCE);
            if (waiting.isEmpty()) {
                nothingBefore.put(topic, start);
            }
            waiting.forEach(job -> found.put(job, suspects.getOrDefault(job, now)));
        }
        suspects.clear();
        suspects.putAll(found);
        var lost = new ArrayList<JobId>();
        suspects.forEach((job, since) -> {
            if (!since.plus(patience).isAfter(now)) {
                lost.add(job);
            }
        });
        lost.forEach(suspects::remove); // it is queued again
        return lost;
    }
}
