package io.heritage.standalone.download;

import java.io.IOException;

/** A wrong checksum, a full disk, or a conflicting file: a retry does not help. */
public final class PullFailed extends IOException {
    private static final long serialVersionUID = 1L;

    PullFailed(String message) {
        super(message);
    }

    PullFailed(String message, IOException cause) {
        super(message, cause);
    }
}
