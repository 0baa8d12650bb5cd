package io.heritage.standalone.progress;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One JSON object a line, as the server's events: {@code v}, {@code type}, {@code seq}, and of a
 * {@code job} its {@code status} and {@code progress} (docs/api.md, "events"). Work on this machine
 * has no {@code job}. The last line has {@code "end": true}.
 */
final class JsonRenderer implements Renderer {
    private static final Duration SPACING = Duration.ofMillis(200);

    private final PrintStream err;
    private long seq;
    private String lastStage = "";
    private Instant printed = Instant.MIN;

    JsonRenderer(PrintStream err) {
        this.err = err;
    }

    @Override
    public void show(ProgressEvent event, Instant now) {
        switch (event) {
            case ProgressEvent.Step step -> {
                if (isDue(step.stage(), now)) {
                    print(step(step));
                }
            }
            case ProgressEvent.Queued queued -> {
                if (isDue("queued", now)) {
                    print(queued(queued));
                }
            }
            case ProgressEvent.Note note ->
                    print(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("type", "note")
                                    .put("text", note.text()));
            case ProgressEvent.End end ->
                    print(
                            job(end.work(), end.status())
                                    .put("milliseconds", end.took().toMillis())
                                    .put("end", true));
        }
    }

    private boolean isDue(String stage, Instant now) {
        if (stage.equals(lastStage) && now.isBefore(printed.plus(SPACING))) {
            return false;
        }
        lastStage = stage;
        printed = now;
        return true;
    }

    private static ObjectNode job(ProgressSubject work, String status) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", "job");
        if (!work.job().isEmpty()) {
            line.put("job", work.job());
        }
        if (!work.name().isEmpty()) {
            line.put("name", work.name());
        }
        return line.put("status", status);
    }

    private static ObjectNode step(ProgressEvent.Step step) {
        ObjectNode line = job(step.work(), "IN_PROGRESS");
        ObjectNode progress = line.putObject("progress").put("stage", step.stage());
        boolean frames = step.work().unit().equals("frames");
        progress.put(frames ? "frames_done" : "done", step.done());
        if (step.total() > 0) {
            progress.put(frames ? "frames_total" : "total", step.total());
        }
        if (!frames && !step.work().unit().isEmpty()) {
            progress.put("unit", step.work().unit());
        }
        step.left().ifPresent(left -> progress.put("seconds_left", left.toSeconds()));
        return line;
    }

    private static ObjectNode queued(ProgressEvent.Queued queued) {
        ObjectNode line = job(queued.work(), "IN_QUEUE");
        ObjectNode outlook = JsonNodeFactory.instance.objectNode();
        queued.ahead().ifPresent(ahead -> outlook.put("ahead", ahead));
        ObjectNode wait = JsonNodeFactory.instance.objectNode();
        put(wait, "p50", queued.likelyWait());
        put(wait, "p90", queued.longWait());
        if (!wait.isEmpty()) {
            outlook.set("wait", wait);
        }
        if (!outlook.isEmpty()) {
            line.set("outlook", outlook);
        }
        return line;
    }

    private static void put(ObjectNode into, String name, Optional<Duration> time) {
        time.ifPresent(value -> into.put(name, value.toMillis()));
    }

    private void print(ObjectNode facts) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("v", 1).put("seq", ++seq);
        line.setAll(facts);
        err.println(line);
        err.flush();
    }
}
