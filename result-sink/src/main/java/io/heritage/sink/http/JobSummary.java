package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Batch;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import io.heritage.schemas.JobState.Execution;
import io.heritage.sink.fold.TrackedJob;
import java.time.Instant;
import java.util.Objects;

/** A job in a list: what the job object has, without input and result. */
final class JobSummary {
    private static final int LONGEST_ERROR = 300;

    private JobSummary() {}

    static ObjectNode of(TrackedJob tracked, Instant now) {
        Job job = Objects.requireNonNull(tracked.job());
        JobState state = tracked.state();
        ObjectNode summary =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", job.id().value())
                        .put("status", state.status())
                        .put("createdAt", job.submittedAt().toString())
                        .put("inputs", job.input().media().size());
        if (job.batch() instanceof Batch.Member member) {
            summary.put("batch", member.of().value());
        }
        Execution last = state.lastExecution();
        if (last != null && !(state instanceof JobState.Queued)) {
            summary.put("startedAt", last.startedAt().toString());
            tracked.record().delay().ifPresent(d -> summary.put("delayTime", d.toMillis()));
            tracked.record()
                    .execution(now)
                    .ifPresent(d -> summary.put("executionTime", d.toMillis()));
            summary.put("workerId", last.worker().value());
        }
        if (state instanceof JobState.Completed completed) {
            summary.put("outputs", completed.output().media().size());
        }
        if (state instanceof JobState.Terminal ended) {
            summary.put("completedAt", ended.at().toString());
        }
        if (tracked.record().retries() > 0) {
            summary.put("retries", tracked.record().retries());
        }
        if (state instanceof JobState.Running running && running.progress() != null) {
            summary.set("progress", running.progress());
        }
        if (tracked.partsSoFar().ready() > 0) {
            summary.put("partsReady", tracked.partsSoFar().ready());
        }
        String error = errorOf(state);
        if (!error.isEmpty()) {
            summary.put(
                    "error",
                    error.length() > LONGEST_ERROR
                            ? error.substring(0, LONGEST_ERROR) + "…"
                            : error);
        }
        return summary;
    }

    /** Empty for none. */
    static String errorOf(JobState state) {
        return switch (state) {
            case JobState.Failed failed -> failed.error();
            case JobState.TimedOut timedOut -> timedOut.error();
            case JobState.Queued _,
                    JobState.Running _,
                    JobState.Completed _,
                    JobState.Cancelled _ ->
                    "";
        };
    }
}
