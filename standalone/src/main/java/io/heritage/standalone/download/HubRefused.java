package io.heritage.standalone.download;

import java.io.IOException;

/** The server answered and does not give the file; asking again would not change that. */
public final class HubRefused extends IOException {
    private static final long serialVersionUID = 1L;

    HubRefused(String message) {
        super(message);
    }
}
