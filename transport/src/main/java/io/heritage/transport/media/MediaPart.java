package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One part being written. {@code write} blocks while the producer's buffer is full and throws
 * {@link TransportUnavailable} once Kafka has not taken a chunk for the delivery time-out.
 */
public abstract class MediaPart extends OutputStream {

    /** Sends the last chunk; does not wait for it. Idempotent. */
    @Override
    public abstract void close() throws IOException;

    /**
     * Waits until every chunk is acknowledged by all in-sync replicas. The part must be closed.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    public abstract MediaRef durable();
}
