package io.heritage.gateway.runsync;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Jobs with an end in the log within the last minutes; the latest {@value #MOST}. They include ends
 * that do not count, so the sink decides. Any thread.
 */
final class RecentEnds {
    private static final int MOST = 20_000;
    private static final Duration KEPT = Duration.ofMinutes(2);

    /** When it was heard, {@link System#nanoTime}. */
    private final Map<JobId, Long> ends =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Long> eldest) {
                    return size() > MOST;
                }
            };

    void hear(JobId job, JobEvent event) {
        switch (event) {
            case JobEvent.Rejected _,
                    JobEvent.Completed _,
                    JobEvent.Failed _,
                    JobEvent.Cancelled _,
                    JobEvent.TimedOut _ ->
                    add(job);
            case JobEvent.Submitted submitted when submitted.error() != null -> add(job);
            case JobEvent.Retried _ -> remove(job);
            case JobEvent.Submitted _,
                    JobEvent.Started _,
                    JobEvent.Progress _,
                    JobEvent.PartReady _,
                    JobEvent.HandedBack _,
                    JobEvent.Abandoned _,
                    JobEvent.Purged _,
                    JobEvent.QueuePurged _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _,
                    JobEvent.Divided _,
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _ -> {}
        }
    }

    private synchronized void add(JobId job) {
        ends.put(job, System.nanoTime());
    }

    private synchronized void remove(JobId job) {
        ends.remove(job);
    }

    synchronized boolean contains(JobId job) {
        Long at = ends.get(job);
        return at != null && System.nanoTime() - at < KEPT.toNanos();
    }
}
