package io.heritage.standalone.config;

import java.util.List;

/** The configuration cannot be used; the message names every problem, one per line. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param problems each with the key to change
     */
    public InvalidConfiguration(List<String> problems) {
        super(String.join("\n", problems));
    }

    /** A problem with a single key. */
    public static InvalidConfiguration of(String key, String message) {
        return new InvalidConfiguration(List.of(key + ": " + message));
    }
}
