package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Jobs whose webhooks clients want called once more, from the request to the stream thread that has
 * the job. Unknown jobs are dropped. Any thread.
 */
public final class WebhookResends {
    private static final int MOST = 1_000;
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final ConcurrentMap<JobId, Long> wanted = new ConcurrentHashMap<>();

    /**
     * @return false if too many are wanted already
     */
    public boolean want(JobId job) {
        if (wanted.size() >= MOST) {
            return false;
        }
        wanted.put(job, System.nanoTime());
        return true;
    }

    Iterable<JobId> all() {
        long now = System.nanoTime();
        wanted.entrySet()
                .removeIf((Map.Entry<JobId, Long> one) -> now - one.getValue() > KEPT.toNanos());
        return wanted.keySet();
    }

    void done(JobId job) {
        wanted.remove(job);
    }
}
