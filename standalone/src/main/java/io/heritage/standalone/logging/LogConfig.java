package io.heritage.standalone.logging;

/**
 * Format of log lines.
 *
 * @param format for people, or for programs that collect logs
 */
public record LogConfig(Format format) {

    /** Both have one line per event. */
    public enum Format {
        TEXT,
        /** One object per line, with a key for each fact. */
        JSON
    }

    public static LogConfig defaults() {
        return new LogConfig(Format.TEXT);
    }
}
