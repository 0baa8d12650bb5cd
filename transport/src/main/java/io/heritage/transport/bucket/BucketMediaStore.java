package io.heritage.transport.bucket;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.JoinedInputStream;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Stores large media in a bucket and small ones in Kafka. A reference says where its bytes are. */
public final class BucketMediaStore implements MediaStore {
    private final MediaStore small;
    private final MediaBucket bucket;
    private final String topic;

    /**
     * @param small the store of a topic
     * @param topic also a folder of the bucket
     */
    public BucketMediaStore(MediaStore small, MediaBucket bucket, String topic) {
        this.small = small;
        this.bucket = bucket;
        this.topic = topic;
    }

    @Override
    public MediaUpload begin(String key) {
        return begin(key, 0);
    }

    /** Media that are small in total are not checked piece by piece. */
    @Override
    public MediaUpload begin(String key, long bytes) {
        return bytes > 0 && !bucket.isLarge(bytes)
                ? small.begin(key, bytes)
                : new BucketMediaUpload(() -> small.begin(key), bucket, topic, key);
    }

    /** Only small pieces of a large request go to Kafka, and are checked as they arrive. */
    @Override
    public void requireRoom(long bytes) {
        if (bucket.isLarge(bytes)) {
            small.requireDisk();
        } else {
            small.requireRoom(bytes);
        }
    }

    @Override
    public void requireDisk() {
        small.requireDisk();
    }

    @Override
    public Duration kept() {
        return small.kept();
    }

    /** A lifecycle rule of the bucket deletes by age alone. */
    @Override
    public boolean keeps(MediaRef ref) {
        return ref.pieces().stream()
                .allMatch(piece ->
                        switch (piece) {
                            case MediaRef.InKafka inKafka -> small.keeps(inKafka);
                            case MediaRef.InBucket _ -> true;
                        });
    }

    @Override
    public InputStream open(MediaRef ref) throws IOException {
        return switch (ref) {
            case MediaRef.InKafka inKafka -> small.open(inKafka);
            case MediaRef.InBucket inBucket -> bucket.open(inBucket, 0);
            case MediaRef.Joined joined -> new JoinedInputStream(joined, this::open);
        };
    }

    @Override
    public InputStream open(MediaRef ref, long from) throws IOException {
        return switch (ref) {
            case MediaRef.InKafka inKafka -> small.open(inKafka, from);
            case MediaRef.InBucket inBucket -> bucket.open(inBucket, from);
            case MediaRef.Joined _ -> MediaStore.super.open(ref, from);
        };
    }
}
