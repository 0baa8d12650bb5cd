package io.heritage.standalone.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Plain lines for logs, without control characters: one when a stage begins, one for each tenth of
 * the work, one after 30 s without any, and one at the end.
 */
final class LineRenderer implements Renderer {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    /** Work of a few seconds is not reported in tenths. */
    private static final Duration SPACING = Duration.ofSeconds(2);

    private final PrintStream err;
    private final Set<String> met = new HashSet<>();
    private long lastTotal = -1;
    private Instant printed = Instant.MIN;
    private long printedTenth;

    LineRenderer(PrintStream err) {
        this.err = err;
    }

    @Override
    public void show(ProgressEvent event, Instant now) {
        switch (event) {
            case ProgressEvent.Step step -> step(step, now);
            case ProgressEvent.Queued queued -> {
                if (met.add("queued") || isLate(now)) {
                    print(queued.work(), BarRenderer.waiting(queued), now);
                }
            }
            case ProgressEvent.Note note -> err.println("heritage: " + note.text());
            case ProgressEvent.End end -> {
                if (printed.isAfter(Instant.MIN)) {
                    print(end.work(), BarRenderer.ended(end), now);
                }
            }
        }
    }

    private void step(ProgressEvent.Step step, Instant now) {
        if (step.total() != lastTotal) {
            lastTotal = step.total();
            met.clear();
        }
        long tenth = step.total() > 0 ? 10 * step.done() / step.total() : 0;
        boolean begins = met.add(step.stage());
        boolean goesOn = tenth > printedTenth && !now.isBefore(printed.plus(SPACING));
        if (!begins && !goesOn && !isLate(now)) {
            return;
        }
        printedTenth = tenth;
        print(step.work(), text(step), now);
    }

    private boolean isLate(Instant now) {
        return !now.isBefore(printed.plus(LONGEST_SILENCE));
    }

    private void print(ProgressSubject work, String text, Instant now) {
        printed = now;
        err.println(work.name().isEmpty() ? text : work.name() + ": " + text);
    }

    private static String text(ProgressEvent.Step step) {
        var text = new StringBuilder(step.stage());
        if (step.total() > 0) {
            text.append(": ").append(step.done()).append(" of ").append(step.total());
        } else if (step.done() > 0) {
            text.append(": ").append(step.done());
        }
        step.left()
                .ifPresent(left -> text.append(", ").append(TimeLeft.shown(left)).append(" left"));
        return text.toString();
    }
}
