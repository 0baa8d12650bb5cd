package io.heritage.transport.media;

import java.io.IOException;

/** Chunks of a piece of media are gone (retention) or are not what was written. */
public final class MediaLost extends IOException {
    private static final long serialVersionUID = 1L;

    public MediaLost(String message) {
        super(message);
    }
}
