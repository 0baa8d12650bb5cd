package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the chunks of one part and tracks their acknowledgements. Used by one writing thread; the
 * producer's thread reports the results.
 */
final class ChunkSender {
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;
    private final String key;
    private final String part;
    private final byte[] keyBytes;
    private final byte[] partBytes;
    private final byte[] writer;
    private final MediaRoom room;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private int sent;
    private int acknowledged;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset = -1;
    private volatile @Nullable Exception failure;

    /** Offsets of the first and the last chunk, and the number of chunks. */
    record Range(long first, long last, int chunks) {}

    ChunkSender(
            Producer<byte[], byte[]> producer,
            String topic,
            int partition,
            String key,
            String part,
            long writerId,
            MediaRoom room) {
        this.producer = producer;
        this.topic = topic;
        this.partition = partition;
        this.key = key;
        this.part = part;
        this.keyBytes = ChunkFormat.utf8(key);
        this.partBytes = ChunkFormat.utf8(part);
        this.writer = ChunkFormat.writerId(writerId);
        this.room = room;
    }

    /**
     * Blocks while the producer's buffer is full. The bytes are copied before this returns.
     *
     * @throws TransportUnavailable if this chunk or one before it was not taken
     * @throws MediaQuotaReached if it would evict media that a job needs
     * @throws DiskFull if there is no room for it
     */
    void send(byte[] chunk, int length, boolean last) {
        requireNoFailure();
        requireRoom();
        byte[] value = length == chunk.length ? chunk : Arrays.copyOf(chunk, length);
        try {
            var _ =
                    producer.send(
                            new ProducerRecord<>(
                                    topic,
                                    partition,
                                    null,
                                    keyBytes,
                                    value,
                                    ChunkFormat.headers(partBytes, writer, sent, last)),
                            this::sent);
            sent++;
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while sending " + this, e);
        } catch (KafkaException | IllegalStateException e) {
            throw new TransportUnavailable("cannot send chunk %d of %s".formatted(sent, this), e);
        }
    }

    /** Waits up to the producer's delivery time-out. */
    Range awaitAcknowledged() {
        lock.lock();
        try {
            while (failure == null && acknowledged < sent) {
                progress.await();
            }
            requireNoFailure();
            return new Range(firstOffset, lastOffset, sent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while waiting for " + this, e);
        } finally {
            lock.unlock();
        }
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    String key() {
        return key;
    }

    String part() {
        return part;
    }

    private void sent(@Nullable RecordMetadata where, @Nullable Exception problem) {
        lock.lock();
        try {
            if (problem != null) {
                failure = problem;
            } else if (where != null) {
                acknowledged++;
                firstOffset = Math.min(firstOffset, where.offset());
                lastOffset = Math.max(lastOffset, where.offset());
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Checks the room again, because others write to the partition too. */
    private void requireRoom() {
        room.requireDisk();
        if (room.of(partition) <= 0) {
            throw KafkaMediaRoom.full(0);
        }
    }

    private void requireNoFailure() {
        Exception problem = failure;
        if (problem != null) {
            throw new TransportUnavailable("Kafka did not take a chunk of " + this, problem);
        }
    }

    @Override
    public String toString() {
        return "part %s of %s in %s-%d".formatted(part, key, topic, partition);
    }
}
