package io.heritage.standalone.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line that is redrawn at most ten times a second. */
final class BarRenderer implements Renderer {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final int WIDEST_BAR = 24;
    private static final int NARROWEST_BAR = 5;
    private static final String ERASE_TO_END = "\u001b[K";

    private final PrintStream err;
    private final Screen screen;
    private Instant drawn = Instant.MIN;
    private String stage = "";
    private boolean dirty;

    BarRenderer(PrintStream err, Screen screen) {
        this.err = err;
        this.screen = screen;
    }

    @Override
    public void show(ProgressEvent event, Instant now) {
        switch (event) {
            case ProgressEvent.Step step -> step(step, now);
            case ProgressEvent.Queued queued -> {
                if (isDue("queued", now)) {
                    draw(shortened(List.of(queued.work().name(), waiting(queued))));
                    taskbar(3, 0);
                }
            }
            case ProgressEvent.Note note -> {
                lineBreak();
                err.println("heritage: " + note.text());
            }
            case ProgressEvent.End end -> end(end);
        }
    }

    private boolean isDue(String current, Instant now) {
        if (current.equals(stage) && now.isBefore(drawn.plus(REDRAW))) {
            return false;
        }
        stage = current;
        drawn = now;
        return true;
    }

    private void step(ProgressEvent.Step step, Instant now) {
        if (isDue(step.stage(), now)) {
            draw(line(step));
            taskbar(step.total() > 0 ? 1 : 3, step.percent());
        }
    }

    private void end(ProgressEvent.End end) {
        if (dirty) {
            draw(shortened(List.of(end.work().name(), ended(end))));
            lineBreak();
        }
        taskbar(0, 0);
        err.flush();
    }

    /** Text of the final line, without a bar. */
    static String ended(ProgressEvent.End end) {
        String word = end.status().toLowerCase(Locale.ROOT).replace('_', ' ');
        return (word.equals("completed") ? "done" : word) + " in " + TimeLeft.shown(end.took());
    }

    static String waiting(ProgressEvent.Queued queued) {
        var text = new StringBuilder("queued");
        queued.ahead().ifPresent(jobs -> text.append(", ").append(jobs).append(" ahead"));
        queued.likelyWait()
                .ifPresent(time -> text.append(", starts in about ").append(TimeLeft.shown(time)));
        queued.longWait()
                .filter(time -> !queued.likelyWait().equals(queued.longWait()))
                .ifPresent(time -> text.append(" to ").append(TimeLeft.shown(time)));
        return text.toString();
    }

    /** Leaves out parts that do not fit: first the rate, then the name, the count, and the bar. */
    private String line(ProgressEvent.Step step) {
        String count = count(step);
        String rate = step.perSecond() > 0 ? rate(step) : "";
        String eta = step.left().map(left -> "eta " + TimeLeft.shown(left)).orElse("");
        String percent = step.total() > 0 ? step.percent() + " %" : "";
        String name = step.work().name();
        List<List<String>> choices =
                List.of(
                        List.of(name, step.stage(), "|", percent, count, rate, eta),
                        List.of(name, step.stage(), "|", percent, count, eta),
                        List.of(step.stage(), "|", percent, count, eta),
                        List.of(step.stage(), "|", percent, eta));
        for (List<String> parts : choices) {
            int rest = screen.columns() - 1 - length(parts);
            if (step.total() > 0 && rest >= NARROWEST_BAR) {
                return joined(parts, bar(step, Math.min(WIDEST_BAR, rest)));
            }
            if (step.total() <= 0 && rest >= 0) {
                return joined(parts, "");
            }
        }
        return shortened(List.of(step.stage(), percent, eta));
    }

    private static int length(List<String> parts) {
        return ScreenText.columns(joined(parts, "")) + 2;
    }

    private static String joined(List<String> parts, String bar) {
        List<String> shown = new ArrayList<>();
        for (String part : parts) {
            String text = part.equals("|") ? bar : part;
            if (!text.isEmpty()) {
                shown.add(text);
            }
        }
        return String.join("  ", shown);
    }

    private String shortened(List<String> parts) {
        return ScreenText.cut(joined(parts, ""), screen.columns() - 1);
    }

    private String bar(ProgressEvent.Step step, int width) {
        int filled = (int) (width * Math.min(step.done(), step.total()) / step.total());
        return screen.blocks()
                ? "█".repeat(filled) + "░".repeat(width - filled)
                : "#".repeat(filled) + ".".repeat(width - filled);
    }

    static String count(ProgressEvent.Step step) {
        String unit = step.work().unit();
        if (unit.isEmpty()) {
            return "";
        }
        String done = step.total() > 0 ? step.done() + "/" + step.total() : "" + step.done();
        return step.total() <= 0 && step.done() == 0 ? "" : done + " " + unit;
    }

    private static String rate(ProgressEvent.Step step) {
        return switch (step.work().unit()) {
            case "" -> "";
            case "frames" -> String.format(Locale.ROOT, "%.1f fps", step.perSecond());
            default ->
                    String.format(Locale.ROOT, "%.1f %s/s", step.perSecond(), step.work().unit());
        };
    }

    /** Erases to the end of the line, because the previous text may have been longer. */
    private void draw(String line) {
        dirty = true;
        err.print("\r" + line + ERASE_TO_END);
        err.flush();
    }

    private void lineBreak() {
        if (dirty) {
            err.println();
            dirty = false;
        }
    }

    /**
     * OSC 9;4.
     *
     * @param state 0 removes it, 1 is a percentage, 3 says busy
     */
    private void taskbar(int state, long percent) {
        if (screen.taskbar()) {
            err.print("\u001b]9;4;" + state + ";" + percent + "\u0007");
            err.flush();
        }
    }
}
