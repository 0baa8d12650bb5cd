package io.heritage.standalone.client;

import java.io.IOException;

/** The server answered a request with an error. */
public final class ServerRefused extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ServerRefused(int status, String message) {
        super(message);
        this.status = status;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }
}
