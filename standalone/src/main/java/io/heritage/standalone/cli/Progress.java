package io.heritage.standalone.cli;

import java.io.PrintStream;
import java.time.InstantSource;

/** Tells a user how far a command is. Called often and by one thread at a time. */
interface Progress extends AutoCloseable {

    /**
     * @param total 0 as long as it is unknown
     */
    void report(String stage, long done, long total);

    /** A line of its own about something else than how far the work is. */
    void note(String text);

    /** Ends the display; what was reported last stays visible. */
    @Override
    void close();

    /** A bar on a terminal, NDJSON when asked for, else plain lines. */
    static Progress on(PrintStream err, Terminal terminal, boolean json, InstantSource clock) {
        if (json) {
            return new JsonProgress(err, clock);
        }
        return terminal.stderrTty()
                ? new BarProgress(err, terminal.columns(), clock)
                : new LineProgress(err, clock);
    }
}
