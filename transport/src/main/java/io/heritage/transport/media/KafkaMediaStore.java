package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** The pieces of media of one topic. */
public final class KafkaMediaStore implements MediaStore {
    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final UploadSlots slots;
    private final MediaReaders readers;
    private final MediaRoom room;
    private final Duration kept;

    /**
     * @param room that uploads stay within
     * @param kept see {@link #kept}
     */
    public KafkaMediaStore(
            String topic,
            Producer<byte[], byte[]> producer,
            UploadSlots slots,
            MediaReaders readers,
            MediaRoom room,
            Duration kept) {
        this.topic = topic;
        this.producer = producer;
        this.slots = slots;
        this.readers = readers;
        this.room = room;
        this.kept = kept;
    }

    @Override
    public MediaUpload begin(String key) {
        return begin(key, 0);
    }

    @Override
    public MediaUpload begin(String key, long bytes) {
        room.requireDisk();
        return new KafkaMediaUpload(
                topic, key, producer, slots, slots.acquire(partitions(), room, bytes), room);
    }

    @Override
    public void requireRoom(long bytes) {
        room.require(bytes);
    }

    @Override
    public void requireDisk() {
        room.requireDisk();
    }

    @Override
    public Duration kept() {
        return kept;
    }

    @Override
    public InputStream open(MediaRef ref) {
        return switch (ref) {
            case MediaRef.InKafka inKafka -> new ChunkInputStream(inKafka, readers);
            case MediaRef.InBucket inBucket -> throw inBucket(inBucket);
            case MediaRef.Joined joined -> new JoinedInputStream(joined, this::open);
        };
    }

    @Override
    public InputStream open(MediaRef ref, long from) throws IOException {
        return switch (ref) {
            case MediaRef.InKafka inKafka -> {
                var in = new ChunkInputStream(inKafka, readers);
                in.begin(from);
                yield in;
            }
            case MediaRef.InBucket inBucket -> throw inBucket(inBucket);
            case MediaRef.Joined _ -> MediaStore.super.open(ref, from);
        };
    }

    @Override
    public boolean keeps(MediaRef ref) {
        return ref.pieces().stream()
                .allMatch(piece ->
                        piece instanceof MediaRef.InKafka chunks
                                && room.keeps(chunks.partition(), chunks.firstOffset()));
    }

    /** A bucket is configured in another process, but not in this one. */
    private static TransportUnavailable inBucket(MediaRef.InBucket ref) {
        return new TransportUnavailable(
                "%s is in a bucket, and media-bucket is not configured here"
                        .formatted(ref.object()));
    }

    private int partitions() {
        try {
            return producer.partitionsFor(topic).size();
        } catch (KafkaException e) {
            throw new TransportUnavailable("cannot reach the topic " + topic, e);
        }
    }
}
