package io.heritage.sink.fold;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Run times of recently completed jobs that this sink has folded since its start. Any thread. */
public final class RunTimes {
    private static final int KEPT = 256;
    private static final int FEWEST = 3;

    /** Jobs are compared if their work differs by at most this factor. */
    private static final double COMPARABLE = 8;

    private final Map<EndpointId, Deque<Run>> runs = new ConcurrentHashMap<>();

    /**
     * One that was completed.
     *
     * @param pixels of a frame of its output, 0 if unknown
     * @param frames of its output
     */
    private record Run(long millis, long pixels, long frames) {
        double work() {
            return (double) pixels * frames;
        }
    }

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

        /** The times left after some time has passed; never below zero. */
        public Range after(Duration elapsed) {
            return new Range(
                    Math.max(0, half - elapsed.toMillis()), Math.max(0, most - elapsed.toMillis()));
        }
    }

    /** Called for every change of a job. */
    public void changed(TrackedJob tracked) {
        Job job = tracked.job();
        if (job == null
                || job.part() != null
                || job.isBatch()
                || !(tracked.state() instanceof JobState.Completed completed)) {
            return;
        }
        long took = Duration.between(completed.execution().startedAt(), completed.at()).toMillis();
        JsonNode body = completed.output().body();
        JsonNode facts = factsOf(body);
        var run =
                new Run(
                        Math.max(0, took),
                        facts.path("width").asLong() * facts.path("height").asLong(),
                        facts.path("frames").asLong(facts.path("frame_count").asLong(1)));
        Deque<Run> known = runs.computeIfAbsent(job.endpoint(), _ -> new ArrayDeque<>());
        synchronized (known) {
            known.add(run);
            if (known.size() > KEPT) {
                known.remove();
            }
        }
    }

    /** Each kind of endpoint keeps these facts elsewhere in its output. */
    private static JsonNode factsOf(JsonNode body) {
        if (body.has("metadata")) {
            return body.path("metadata");
        }
        return body.has("processing_info") ? body.path("processing_info") : body;
    }

    /** Empty until enough jobs are known. */
    public Optional<Range> of(EndpointId endpoint) {
        return range(known(endpoint).stream().mapToLong(Run::millis).toArray());
    }

    /**
     * Expected run time of a job of a given size, in proportion to jobs of similar size; empty
     * until enough of them are known.
     */
    public Optional<Range> of(EndpointId endpoint, long pixels, long frames) {
        double work = (double) pixels * frames;
        return range(
                known(endpoint).stream()
                        .filter(run -> run.work() > 0 && work > 0)
                        .filter(run ->
                                run.work() <= COMPARABLE * work && work <= COMPARABLE * run.work())
                        .mapToLong(run -> Math.round(run.millis() * work / run.work()))
                        .toArray());
    }

    /** Whether a job with frames as large, or larger, was completed. */
    public boolean hasDone(EndpointId endpoint, long pixels) {
        return pixels > 0 && known(endpoint).stream().anyMatch(run -> run.pixels() >= pixels);
    }

    private List<Run> known(EndpointId endpoint) {
        Deque<Run> known = runs.get(endpoint);
        if (known == null) {
            return List.of();
        }
        synchronized (known) {
            return List.copyOf(known);
        }
    }

    private static Optional<Range> range(long[] millis) {
        if (millis.length < FEWEST) {
            return Optional.empty();
        }
        long[] sorted = millis.clone();
        Arrays.sort(sorted);
        return Optional.of(
                new Range(
                        sorted[(sorted.length - 1) / 2],
                        sorted[(int) Math.ceil(0.9 * sorted.length) - 1]));
    }
}
