package io.heritage.sink.http;

import io.heritage.schemas.JobId;
import io.heritage.sink.fold.TrackedJob;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parts that were given to callers of {@code /stream} while the fold was behind, so that it does
 * not know of them yet. What it knows is forgotten here; of more jobs than {@link #MOST} the oldest
 * are. Any thread.
 */
final class GivenParts {
    static final int MOST = 10_000;

    /** By the job; the last in goes last. */
    private final Map<JobId, Given> ahead =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Given> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * @param job as it was when its parts were given
     * @param next index of the first part that was not
     */
    private record Given(TrackedJob job, int next) {}

    /** The fold does not know yet that the parts before {@code next} were given. */
    synchronized void ahead(TrackedJob job, int next) {
        ahead.remove(job.id());
        ahead.put(job.id(), new Given(job, next));
    }

    /** Index of the first part that was not given. */
    synchronized int next(TrackedJob job) {
        int folded = job.partsSoFar().streamed();
        Given given = ahead.get(job.id());
        if (given == null) {
            return folded;
        }
        if (!given.job().isSameAttempt(job) || given.next() <= folded) {
            ahead.remove(job.id());
            return folded;
        }
        return given.next();
    }
}
