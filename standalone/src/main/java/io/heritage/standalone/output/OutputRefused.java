package io.heritage.standalone.output;

import java.io.IOException;

/** The output cannot be written where the user wants it; the message says what to do. */
public final class OutputRefused extends IOException {
    private static final long serialVersionUID = 1L;

    OutputRefused(String message) {
        super(message);
    }
}
