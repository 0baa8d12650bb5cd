package io.heritage.standalone.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One line that is drawn over and over. */
final class BarProgress implements Progress {
    private static final Duration REDRAW = Duration.ofMillis(100);

    private final PrintStream err;
    private final int columns;
    private final InstantSource clock;
    private final TimeLeft timeLeft = new TimeLeft();
    private Instant drawn = Instant.MIN;
    private String lastKey = "";
    private boolean dirty;

    BarProgress(PrintStream err, int columns, InstantSource clock) {
        this.err = err;
        this.columns = columns;
        this.clock = clock;
    }

    @Override
    public void report(String stage, long done, long total) {
        Instant now = clock.instant();
        String left =
                timeLeft.after(stage, done, total, now)
                        .map(time -> " " + TimeLeft.shown(time) + " left")
                        .orElse("");
        boolean whole = total > 0 && done >= total;
        String key = stage + whole;
        if (key.equals(lastKey) && now.isBefore(drawn.plus(REDRAW))) {
            return;
        }
        drawn = now;
        lastKey = key;
        dirty = true;
        // Erase to the end: the line before may have been longer.
        err.print("\r" + line(stage, done, total, left) + "\u001b[K");
        err.flush();
    }

    private String line(String stage, long done, long total, String left) {
        String count = total > 0 ? done + "/" + total : Long.toString(done);
        String text = "%-12s %s%s".formatted(stage, count, left);
        int width = Math.min(40, columns - text.length() - 4);
        if (total <= 0 || width < 5) {
            return text.substring(0, Math.min(text.length(), columns - 1));
        }
        int filled = (int) (width * Math.min(done, total) / total);
        return "[" + "#".repeat(filled) + " ".repeat(width - filled) + "] " + text;
    }

    @Override
    public void note(String text) {
        close();
        err.println("heritage: " + text);
    }

    @Override
    public void close() {
        if (dirty) {
            err.println();
            dirty = false;
        }
    }
}
