package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job's events as clients read them: attempts, what happened when, and how long stages took. */
final class JobHistory {
    private static final int MOST_STEPS = 200;

    private final ArrayNode attempts = JsonNodeFactory.instance.arrayNode();
    private final List<ObjectNode> timeline = new ArrayList<>();
    private final ArrayNode stages = JsonNodeFactory.instance.arrayNode();
    private @Nullable ObjectNode attempt;
    private @Nullable ObjectNode stage;
    private Instant stageSince = Instant.EPOCH;

    private boolean submitted;

    private JobHistory() {}

    static JobHistory of(List<JobEvent> events) {
        var history = new JobHistory();
        events.forEach(history::add);
        return history;
    }

    void addTo(ObjectNode details) {
        details.set("attempts", attempts);
        details.putArray("timeline").addAll(timeline);
        details.set("stages", stages);
    }

    private void add(JobEvent event) {
        switch (event) {
            case JobEvent.Started e -> {
                endAttempt("replaced", e.at());
                attempt =
                        attempts.addObject()
                                .put("attempt", e.attempt())
                                .put("workerId", e.worker().value())
                                .put("startedAt", e.at().toString());
                stages.removeAll();
                step("started", e.at())
                        .put("attempt", e.attempt())
                        .put("workerId", e.worker().value());
            }
            case JobEvent.Progress e -> stage(e.value().path("stage").asText(), e.at());
            case JobEvent.Completed e -> ended("COMPLETED", e.at());
            case JobEvent.Failed e -> ended("FAILED", e.at());
            case JobEvent.Rejected e -> ended("FAILED", e.at());
            case JobEvent.Submitted e -> submitted(e);
            case JobEvent.Cancelled e -> ended("CANCELLED", e.at());
            case JobEvent.TimedOut e -> ended("TIMED_OUT", e.at());
            case JobEvent.HandedBack e -> ended("handed back", e.at());
            case JobEvent.Abandoned e -> ended("worker lost", e.at());
            case JobEvent.Divided e -> ended("divided", e.at());
            case JobEvent.Retried e -> step("retried", e.at());
            case JobEvent.Purged e -> step("purged", e.at());
            case JobEvent.PartReady _,
                    JobEvent.QueuePurged _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _,
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _ -> {}
        }
    }

    /** If several submissions have one key, the first counts. */
    private void submitted(JobEvent.Submitted first) {
        if (!submitted && first.error() != null) {
            ended("FAILED", first.at());
        }
        submitted = true;
    }

    private void stage(String name, Instant at) {
        if (name.isEmpty() || (stage != null && stage.path("stage").asText().equals(name))) {
            return;
        }
        endStage(at);
        stage = stages.addObject().put("stage", name).put("startedAt", at.toString());
        stageSince = at;
    }

    private void ended(String how, Instant at) {
        endAttempt(how, at);
        step(how, at);
    }

    private void endAttempt(String how, Instant at) {
        endStage(at);
        if (attempt != null) {
            attempt.put("endedAt", at.toString()).put("end", how);
            attempt = null;
        }
    }

    private void endStage(Instant at) {
        if (stage != null) {
            stage.put("millis", Math.max(0, Duration.between(stageSince, at).toMillis()));
            stage = null;
        }
    }

    private ObjectNode step(String what, Instant at) {
        ObjectNode step =
                JsonNodeFactory.instance.objectNode().put("at", at.toString()).put("event", what);
        if (timeline.size() < MOST_STEPS) {
            timeline.add(step);
        }
        return step;
    }
}
