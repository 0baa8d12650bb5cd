package io.heritage.transport.bucket;

import io.heritage.schemas.MediaRef;
import io.heritage.schemas.UploadTarget;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaLost;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The bucket of the installation, and the limit of heap for uploads into it: a buffer of 8 MiB
 * each. One per process. Any thread.
 */
public final class MediaBucket implements AutoCloseable {
    /** Limits readers and writers; further ones wait. */
    private static final int CONNECTIONS = 128;

    private static final int PART_OF_HEAP = 4;
    private static final int MOST_BUFFERS = 64;

    /** One job at a time has results, and inputs must not keep them out. */
    private static final int RESULT_BUFFERS = 4;

    private final S3Bucket bucket;
    private final UploadTarget target;
    private final String prefix;
    private final long fromBytes;
    private final Duration patience;
    private final int uploads;
    private final Semaphore inputs;
    private final Semaphore results = new Semaphore(RESULT_BUFFERS, true);

    /**
     * Opens no connection yet.
     *
     * @param patience how long an upload waits for a buffer
     * @throws IllegalArgumentException if the configuration names no bucket
     */
    public MediaBucket(BucketConfig config, Duration patience) {
        this.target = config.target().orElseThrow(() -> new IllegalArgumentException("no bucket"));
        this.bucket =
                new S3Bucket(
                        target, SystemDefaultDnsResolver.INSTANCE, config.timeLimit(), CONNECTIONS);
        String path = config.path().replaceAll("^/+|/+$", "");
        this.prefix = path.isEmpty() ? "" : path + "/";
        this.fromBytes = config.fromBytes();
        this.patience = patience;
        this.uploads =
                (int)
                        Math.clamp(
                                Runtime.getRuntime().maxMemory()
                                        / PART_OF_HEAP
                                        / S3Bucket.PART_BYTES,
                                1,
                                MOST_BUFFERS);
        this.inputs = new Semaphore(uploads, true);
    }

    /**
     * Writes an object, reads it and removes it.
     *
     * @throws TransportUnavailable if any of it is refused or there is no answer
     */
    public void requireUsable() {
        String key = prefix + "start-" + UUID.randomUUID();
        try {
            bucket.put(key, "text/plain", new byte[] {'?'}, 1);
            try (InputStream in = bucket.get(key, 0)) {
                in.readAllBytes();
            }
            bucket.delete(key);
        } catch (SdkException | IOException e) {
            throw unavailable("cannot write, read and delete there", e);
        }
    }

    boolean isLarge(long bytes) {
        return bytes >= fromBytes;
    }

    /** Inputs that can be written at the same time. */
    public int uploads() {
        return uploads;
    }

    private Semaphore buffers(String topic) {
        return topic.equals(Topics.RESULTS) ? results : inputs;
    }

    /**
     * @param topic that the media belong to
     * @throws TransportUnavailable if other uploads hold all buffers for too long
     */
    void takeBuffer(String topic) {
        try {
            if (!buffers(topic).tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportUnavailable(
                        "all buffers for large media of %s were in use for %s"
                                .formatted(topic, patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while waiting to write media", e);
        }
    }

    void giveBuffer(String topic) {
        buffers(topic).release();
    }

    /** A key that no other upload has. */
    String newKey(String topic, String key, String part) {
        return "%s%s/%s/%s-%s".formatted(prefix, topic, key, part, UUID.randomUUID());
    }

    S3Bucket bucket() {
        return bucket;
    }

    /**
     * @param from 0 to the length
     */
    public InputStream open(MediaRef.InBucket ref, long from) throws IOException {
        return new BucketInputStream(this, ref, from);
    }

    MediaLost lost(MediaRef.InBucket ref, String why) {
        return new MediaLost(
                "%s in %s is not readable: %s".formatted(ref.object(), target.place(), why));
    }

    TransportUnavailable unavailable(String what, Exception cause) {
        return new TransportUnavailable("%s: %s".formatted(target.place(), what), cause);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
