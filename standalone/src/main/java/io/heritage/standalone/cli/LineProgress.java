package io.heritage.standalone.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * Plain lines for logs: one when a stage begins, one at the end, and between them at most one every
 * two seconds and one for each tenth of the work.
 */
final class LineProgress implements Progress {
    private static final Duration SPACING = Duration.ofSeconds(2);

    private final PrintStream err;
    private final InstantSource clock;
    private final TimeLeft timeLeft = new TimeLeft();
    private final Set<String> met = new HashSet<>();
    private long lastTotal = -1;
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
        if (total != lastTotal) {
            lastTotal = total;
            met.clear();
        }
        boolean begins = met.add(currentStage);
        boolean ends = total > 0 && done >= total && !(finished && !begins);
        long tenth = total > 0 ? 10 * done / total : 0;
        boolean due =
                !finished
                        && !now.isBefore(printed.plus(SPACING))
                        && (total <= 0 || tenth > printedTenth);
        if (!begins && !ends && !due) {
            return;
        }
        printed = now;
        printedTenth = tenth;
        finished = ends;
        err.println(
                currentStage
                        + ": "
                        + (total > 0 ? done + " of " + total : Long.toString(done))
                        + left.map(time -> ", " + TimeLeft.shown(time) + " left").orElse(""));
    }

    @Override
    public void note(String text) {
        err.println("heritage: " + text);
    }

    @Override
    public void close() {}
}
