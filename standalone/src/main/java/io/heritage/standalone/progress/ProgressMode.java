package io.heritage.standalone.progress;

import java.util.Locale;

/** Display of progress. */
public enum ProgressMode {
    /** A bar on a terminal, else lines. */
    AUTO,
    /** One line that is redrawn. */
    TTY,
    /** Lines for logs. */
    PLAIN,
    /** One JSON object a line. */
    JSON,
    NONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
