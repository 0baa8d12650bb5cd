package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long the jobs took that were completed last, as far as this sink has folded them since it was
 * started. Any thread.
 */
public final class RunTimes {
    private static final int KEPT = 256;
    private static final int FEWEST = 3;

    private final Map<EndpointId, Deque<Long>> millis = new ConcurrentHashMap<>();

    /**
     * Half of the jobs took no longer than the first, nine of ten no longer than the second.
     *
     * @param half in milliseconds
     * @param most in milliseconds
     */
    public record Range(long half, long most) {

        public Range times(double factor) {
            return new Range(Math.round(half * factor), Math.round(most * factor));
        }

        /** What of it is left after some time; never below zero. */
        public Range after(Duration elapsed) {
            return new Range(
                    Math.max(0, half - elapsed.toMillis()), Math.max(0, most - elapsed.toMillis()));
        }
    }

    /** Hears every change of a job. */
    public void changed(TrackedJob tracked) {
        Job job = tracked.job();
        if (job == null || !(tracked.state() instanceof JobState.Completed completed)) {
            return;
        }
        long took = Duration.between(completed.execution().startedAt(), completed.at()).toMillis();
        Deque<Long> times = millis.computeIfAbsent(job.endpoint(), _ -> new ArrayDeque<>());
        synchronized (times) {
            times.add(Math.max(0, took));
            if (times.size() > KEPT) {
                times.remove();
            }
        }
    }

    /** Empty as long as too few are known. */
    public Optional<Range> of(EndpointId endpoint) {
        Deque<Long> times = millis.get(endpoint);
        if (times == null) {
            return Optional.empty();
        }
        long[] sorted;
        synchronized (times) {
            sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        }
        return sorted.length < FEWEST
                ? Optional.empty()
                : Optional.of(
                        new Range(
                                sorted[(sorted.length - 1) / 2],
                                sorted[(int) Math.ceil(0.9 * sorted.length) - 1]));
    }
}
