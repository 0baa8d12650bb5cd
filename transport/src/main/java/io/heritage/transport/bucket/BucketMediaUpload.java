package io.heritage.transport.bucket;

import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parts one after the other through one buffer; those that fit into less than the limit go to Kafka
 * when they are complete.
 */
final class BucketMediaUpload implements MediaUpload {
    private final Supplier<MediaUpload> beginSmall;
    private final MediaBucket bucket;
    private final String topic;
    private final String key;
    private byte @Nullable [] buffer;
    private @Nullable MediaUpload small;
    private @Nullable BucketMediaPart current;
    private boolean closed;

    /**
     * @param beginSmall an upload to Kafka, which takes a place there
     */
    BucketMediaUpload(
            Supplier<MediaUpload> beginSmall, MediaBucket bucket, String topic, String key) {
        this.beginSmall = beginSmall;
        this.bucket = bucket;
        this.topic = topic;
        this.key = key;
    }

    @Override
    public MediaPart part(String name, String mediaType) {
        if (closed) {
            throw new IllegalStateException("the upload of " + key + " is closed");
        }
        if (current != null && !current.isClosed()) {
            throw new IllegalStateException(
                    "part %s of %s begins before the part before it is closed"
                            .formatted(name, key));
        }
        if (current != null) {
            current.forget();
        }
        current = new BucketMediaPart(this, name, mediaType);
        return current;
    }

    MediaBucket bucket() {
        return bucket;
    }

    String newKey(String part) {
        return bucket.newKey(topic, key, part);
    }

    /** The one buffer of the upload, whichever part uses it. */
    byte[] buffer() {
        byte[] present = buffer;
        if (present == null) {
            bucket.takeBuffer(topic);
            present = new byte[S3Bucket.PART_BYTES];
            buffer = present;
        }
        return present;
    }

    MediaUpload small() {
        if (small == null) {
            small = beginSmall.get();
        }
        return small;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (current != null) {
                current.abandon();
            }
            if (small != null) {
                small.close();
            }
        } finally {
            if (buffer != null) {
                buffer = null;
                bucket.giveBuffer(topic);
            }
        }
    }
}
