package io.heritage.standalone.output;

import java.io.IOException;
import java.nio.file.Path;

/** The output cannot be written where the user wants it; the message says what to do. */
public final class OutputRefused extends IOException {
    private static final long serialVersionUID = 1L;

    OutputRefused(String message) {
        super(message);
    }

    public static OutputRefused becauseOf(Path target, String reason) {
        return new OutputRefused("cannot write %s: %s".formatted(target, reason));
    }
}
