package io.heritage.standalone.client;

import java.io.IOException;

/** No answer arrived, or it was incomplete. */
public final class ServerUnreachable extends IOException {
    private static final long serialVersionUID = 1L;

    ServerUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
