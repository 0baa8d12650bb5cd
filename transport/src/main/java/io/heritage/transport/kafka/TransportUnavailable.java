package io.heritage.transport.kafka;

import org.jspecify.annotations.Nullable;

/** Kafka did not answer in time; the caller may try again. */
public final class TransportUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransportUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public TransportUnavailable(String message) {
        super(message);
    }
}
