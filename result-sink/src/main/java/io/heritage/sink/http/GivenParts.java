package io.heritage.sink.http;

import io.heritage.schemas.JobEvent.StreamCall;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.sink.fold.PartsProgress;
import io.heritage.sink.fold.TrackedJob;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Parts that were given to callers of {@code /stream} while the fold was behind. An entry is
 * dropped once the fold knows of it, and the oldest are dropped beyond {@link #MOST} jobs. Any
 * thread.
 */
final class GivenParts {
    static final int MOST = 10_000;

    /** By job, in order of insertion. */
    private final Map<JobId, Given> ahead =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<JobId, Given> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * @param attempt that made the parts
     * @param next index of the first part that was not given
     * @param call that those before were given to
     */
    private record Given(JobState.@Nullable Execution attempt, int next, StreamCall call) {}

    /** Notes that parts before {@code next} were given, which the fold does not know yet. */
    synchronized void ahead(TrackedJob job, int next, StreamCall call) {
        ahead.remove(job.id());
        ahead.put(job.id(), new Given(job.state().lastExecution(), next, call));
    }

    /**
     * Index of the first part that was not given; for the call that was given the last ones, of the
     * first of these: it asks again because the answer was lost.
     */
    synchronized int next(TrackedJob job, String call) {
        PartsProgress folded = job.partsSoFar();
        Given given = ahead.get(job.id());
        if (given == null) {
            return next(folded.streamed(), folded.call(), call);
        }
        boolean ofThisAttempt = Objects.equals(given.attempt(), job.state().lastExecution());
        if (!ofThisAttempt || given.next() <= folded.streamed()) {
            ahead.remove(job.id());
            return next(folded.streamed(), folded.call(), call);
        }
        return next(given.next(), given.call(), call);
    }

    private static int next(int given, @Nullable StreamCall to, String call) {
        return to != null && !call.isEmpty() && to.id().equals(call) ? to.from() : given;
    }
}
