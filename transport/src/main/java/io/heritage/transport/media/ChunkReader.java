package io.heritage.transport.media;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that stands somewhere in one partition. Used by one thread at a time, not bound to a
 * group. Values are views of the fetched bytes.
 */
final class ChunkReader implements AutoCloseable {
    /** Skips up to this number of records by reading, which is cheaper than a new fetch. */
    private static final long NEAR = 16;

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], ByteBuffer> consumer;
    private final int fetchBytes;
    private final Runnable closed;
    private @Nullable TopicPartition partition;
    private Iterator<ConsumerRecord<byte[], ByteBuffer>> fetched = Collections.emptyIterator();

    /** Offset of the next record that {@link #next} looks at. */
    private long position;

    /**
     * @param fetchBytes the most bytes of one of its fetches
     * @param closed told once
     */
    ChunkReader(Consumer<byte[], ByteBuffer> consumer, int fetchBytes, Runnable closed) {
        this.consumer = consumer;
        this.fetchBytes = fetchBytes;
        this.closed = closed;
    }

    int fetchBytes() {
        return fetchBytes;
    }

    boolean standsBefore(TopicPartition wanted, long offset) {
        return wanted.equals(partition) && position <= offset && offset - position <= NEAR;
    }

    void moveTo(TopicPartition wanted, long offset) {
        if (standsBefore(wanted, offset)) {
            return;
        }
        fetched = Collections.emptyIterator();
        if (!wanted.equals(partition)) {
            consumer.assign(List.of(wanted));
            partition = wanted;
        }
        consumer.seek(wanted, offset);
        position = offset;
    }

    long position() {
        return position;
    }

    /**
     * The next record; null if none arrived within a short time.
     *
     * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException if the position is before
     *     the first or after the last record of the partition
     */
    @Nullable ConsumerRecord<byte[], ByteBuffer> next() {
        if (!fetched.hasNext()) {
            fetched = consumer.poll(POLL).iterator();
            if (!fetched.hasNext()) {
                skipGap();
                return null;
            }
        }
        ConsumerRecord<byte[], ByteBuffer> record = fetched.next();
        position = record.offset() + 1;
        return record;
    }

    /** Offset of the first record that still exists. */
    long firstKept() {
        TopicPartition here = partition;
        return here == null ? 0 : consumer.beginningOffsets(List.of(here)).getOrDefault(here, 0L);
    }

    @Override
    public void close() {
        fetched = Collections.emptyIterator();
        try {
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
        } finally {
            closed.run();
        }
    }

    /** The consumer itself skips offsets without records (control records). */
    private void skipGap() {
        TopicPartition here = partition;
        if (here != null) {
            position = Math.max(position, consumer.position(here));
        }
    }
}
