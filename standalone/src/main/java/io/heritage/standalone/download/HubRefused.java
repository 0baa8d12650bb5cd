package io.heritage.standalone.download;

import java.io.IOException;

/** The server answered and refuses the file; asking again does not help. */
public final class HubRefused extends IOException {
    private static final long serialVersionUID = 1L;

    HubRefused(String message) {
        super(message);
    }
}
