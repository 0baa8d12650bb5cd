package io.heritage.gateway.error;

import java.io.IOException;

/** The client stopped sending its body: the connection is cut or stalled. */
public final class BodyBroken extends IOException {
    private static final long serialVersionUID = 1L;

    public BodyBroken(String message, Throwable cause) {
        super(message, cause);
    }
}
