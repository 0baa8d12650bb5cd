package io.heritage.standalone.download;

import java.io.IOException;

/** The server refused the file; a retry does not help. */
public final class HubRefused extends IOException {
    private static final long serialVersionUID = 1L;

    HubRefused(String message) {
        super(message);
    }
}
