package io.heritage.standalone.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Plain lines for logs: at the begin and end of a stage, between them at most one in two seconds
 * and one a tenth of the work.
 */
final class LineProgress implements Progress {
    private static final Duration SPACING = Duration.ofSeconds(2);

    private final PrintStream err;
    private final InstantSource clock;
    private final TimeLeft timeLeft = new TimeLeft();
    private String stage = "";
    private Instant printed = Instant.MIN;
    private long printedTenth;
    private boolean finished;

    LineProgress(PrintStream err, InstantSource clock) {
        this.err = err;
        this.clock = clock;
    }

    @Override
    public void report(String currentStage, long done, long total) {
        Instant now = clock.instant();
        var left = timeLeft.after(currentStage, done, total, now);
        boolean begins = !currentStage.equals(stage);
        boolean ends = total > 0 && done >= total && !(finished && !begins);
        long tenth = total > 0 ? 10 * done / total : 0;
        boolean due =
                !finished
                        && !now.isBefore(printed.plus(SPACING))
                        && (total <= 0 || tenth > printedTenth);
        if (!begins && !ends && !due) {
            return;
        }
        stage = currentStage;
        printed = now;
        printedTenth = tenth;
        finished = ends;
        err.println(
                stage
                        + ": "
                        + (total > 0 ? done + " of " + total : Long.toString(done))
                        + left.map(time -> ", " + TimeLeft.shown(time) + " left").orElse(""));
    }

    @Override
    public void close() {}
}
