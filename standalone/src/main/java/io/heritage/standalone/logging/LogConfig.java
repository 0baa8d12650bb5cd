package io.heritage.standalone.logging;

/**
 * How lines of the log are written.
 *
 * @param format for people, or for programs that collect logs
 */
public record LogConfig(Format format) {

    /** One line an event in both. */
    public enum Format {
        TEXT,
        /** An object a line; facts under keys of their own. */
        JSON
    }

    public static LogConfig defaults() {
        return new LogConfig(Format.TEXT);
    }
}
