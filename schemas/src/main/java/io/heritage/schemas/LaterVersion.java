package io.heritage.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A message of a later version of Heritage: this process has to leave it to others and to be
 * updated.
 */
public final class LaterVersion extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    LaterVersion(String message, IOException cause) {
        super(message, cause);
    }
}
