package io.heritage.standalone.services;

import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.TransportUnavailable;

/** Checks at the start that the bucket for large media can be used. */
final class BucketCheck {
    private BucketCheck() {}

    /**
     * @throws CannotStart with what the S3 service said
     */
    static void require(KafkaTransport transport) throws CannotStart {
        try {
            transport.requireBucket();
        } catch (TransportUnavailable e) {
            Throwable cause = e.getCause();
            throw new CannotStart(
                    "media-bucket: %s%s"
                            .formatted(
                                    e.getMessage(),
                                    cause == null ? "" : " (" + cause.getMessage() + ")"),
                    e);
        }
    }
}
