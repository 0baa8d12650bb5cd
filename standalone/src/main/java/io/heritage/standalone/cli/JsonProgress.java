package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One JSON object a line, for programs: {@code {"progress":{"stage":…,"done":…,"total":…}}}. */
final class JsonProgress implements Progress {
    private static final Duration SPACING = Duration.ofMillis(200);

    private final PrintStream err;
    private final InstantSource clock;
    private final TimeLeft timeLeft = new TimeLeft();
    private String lastKey = "";
    private Instant printed = Instant.MIN;

    JsonProgress(PrintStream err, InstantSource clock) {
        this.err = err;
        this.clock = clock;
    }

    @Override
    public void report(String stage, long done, long total) {
        Instant now = clock.instant();
        var left = timeLeft.after(stage, done, total, now);
        String key = stage + (total > 0 && done >= total);
        if (key.equals(lastKey) && now.isBefore(printed.plus(SPACING))) {
            return;
        }
        lastKey = key;
        printed = now;
        var line = JsonNodeFactory.instance.objectNode();
        var progress = line.putObject("progress").put("stage", stage).put("done", done);
        if (total > 0) {
            progress.put("total", total);
        }
        left.ifPresent(time -> progress.put("seconds_left", time.toSeconds()));
        err.println(line);
    }

    @Override
    public void note(String text) {
        err.println(JsonNodeFactory.instance.objectNode().put("note", text));
    }

    @Override
    public void close() {}
}
