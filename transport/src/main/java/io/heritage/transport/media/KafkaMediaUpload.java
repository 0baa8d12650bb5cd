package io.heritage.transport.media;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Parts one after the other through one chunk buffer into one partition. */
final class KafkaMediaUpload implements MediaUpload {
    private final String topic;
    private final String key;
    private final Producer<byte[], byte[]> producer;
    private final UploadSlots slots;
    private final UploadSlots.Slot slot;
    private final MediaRoom room;
    private long firstOffset = Long.MAX_VALUE;
    private long written;
    private @Nullable KafkaMediaPart current;
    private boolean closed;

    KafkaMediaUpload(
            String topic,
            String key,
            Producer<byte[], byte[]> producer,
            UploadSlots slots,
            UploadSlots.Slot slot,
            MediaRoom room) {
        this.topic = topic;
        this.key = key;
        this.producer = producer;
        this.slots = slots;
        this.slot = slot;
        this.room = room;
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
            written += current.bytes();
        }
        var chunks =
                new ChunkSender(
                        producer, topic, slot.partition, key, name, slots.nextWriterId(), room);
        current = new KafkaMediaPart(chunks, slot.buffer, mediaType, this::acknowledged);
        return current;
    }

    private synchronized void acknowledged(ChunkSender.Range range) {
        firstOffset = Math.min(firstOffset, range.first());
        room.requireSpan(range.last() - firstOffset + 1);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (current != null) {
            current.abandon();
            written += current.bytes();
        }
        slots.release(slot, written);
    }
}
