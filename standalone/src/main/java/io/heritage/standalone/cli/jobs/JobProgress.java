package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.progress.ProgressView;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the progress of a job from a server's answer (docs/api.md, "status" and "requests"). */
final class JobProgress {
    private JobProgress() {}

    /**
     * @param facts {@code stage}, {@code frames_done}, {@code frames_total}, or the fraction {@code
     *     progress}; of a batch how many jobs are in which state
     * @param total frames that are expected; 0 where unknown
     */
    static void show(JsonNode facts, long total, ProgressView view) {
        int jobs = RemoteBatch.size(facts);
        if (jobs > 0) {
            view.countsIn("jobs");
            view.report("batch", RemoteBatch.ended(facts), jobs);
            return;
        }
        String stage = facts.path("stage").asText("starts");
        long frames = facts.path("frames_done").asLong(0);
        double fraction = facts.path("progress").asDouble(0);
        if (frames == 0 && fraction > 0) {
            view.report(stage, Math.round(100 * fraction), 100);
        } else {
            view.report(stage, frames, facts.path("frames_total").asLong(total));
        }
    }

    /**
     * @param outlook {@code ahead} and {@code wait} of a waiting job; missing if nothing is known
     */
    static void showQueued(JsonNode outlook, ProgressView view) {
        JsonNode ahead = outlook.path("ahead");
        view.queued(
                ahead.isNumber() ? OptionalLong.of(ahead.asLong()) : OptionalLong.empty(),
                time(outlook.at("/wait/p50")),
                time(outlook.at("/wait/p90")));
    }

    private static Optional<Duration> time(JsonNode milliseconds) {
        return milliseconds.isNumber()
                ? Optional.of(Duration.ofMillis(milliseconds.asLong()))
                : Optional.empty();
    }
}
