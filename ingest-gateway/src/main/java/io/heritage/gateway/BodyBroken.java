package io.heritage.gateway;

import java.io.IOException;

/** The client stopped sending its body: the connection is cut or stalled. */
final class BodyBroken extends IOException {
    private static final long serialVersionUID = 1L;

    BodyBroken(String message, Throwable cause) {
        super(message, cause);
    }
}
