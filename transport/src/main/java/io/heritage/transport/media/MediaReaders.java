package io.heritage.transport.media;

import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.TransportUnavailable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Lends readers that together hold no more fetched bytes than one budget. Large pieces are read in
 * large fetches, which is faster, while half of the budget is free; small pieces, and large ones
 * among many readers, in small fetches. When the budget is used up, a reader waits for another to
 * end.
 */
public final class MediaReaders implements AutoCloseable {
    private static final int SMALL_FETCH_BYTES = 1 << 20;
    private static final int LARGE_FETCH_BYTES = 8 << 20;
    private static final long LARGE_FROM_BYTES = 4L << 20;
    private static final int IDLE_SMALL = 8;
    private static final int IDLE_LARGE = 2;

    /** A consumer holds the fetch that it hands out and the next one. */
    private static final int FETCHES_HELD = 2;

    private static final long LEAST_BUDGET = 32L << 20;
    private static final long MOST_BUDGET = 256L << 20;
    private static final int PART_OF_HEAP = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final IntFunction<Consumer<byte[], ByteBuffer>> consumers;
    private final FetchBudget budget;
    private final ReaderPool small = new ReaderPool(IDLE_SMALL);
    private final ReaderPool large = new ReaderPool(IDLE_LARGE);

    /** With an eighth of the heap, 32 MiB to 256 MiB. */
    public MediaReaders(ClientSettings settings) {
        this(
                fetchBytes ->
                        new KafkaConsumer<>(
                                settings.mediaReader(fetchBytes),
                                new ByteArrayDeserializer(),
                                new ByteBufferDeserializer()),
                new FetchBudget(
                        Math.clamp(
                                Runtime.getRuntime().maxMemory() / PART_OF_HEAP,
                                LEAST_BUDGET,
                                MOST_BUDGET),
                        PATIENCE));
    }

    /**
     * @param consumers by the most bytes of one fetch
     */
    MediaReaders(IntFunction<Consumer<byte[], ByteBuffer>> consumers, FetchBudget budget) {
        this.consumers = consumers;
        this.budget = budget;
    }

    /** Number of readers that never wait for each other, whatever they read: half of the budget. */
    public int atOnce() {
        return (int) Math.max(1, budget.bytes() / 2 / (FETCHES_HELD * SMALL_FETCH_BYTES));
    }

    /**
     * A reader positioned at the offset or shortly before it; the caller gives it back or closes
     * it.
     *
     * @param bytes of the piece that is read
     * @throws TransportUnavailable if other readers hold all of the budget for 30 s
     */
    ChunkReader borrow(TopicPartition partition, long offset, long bytes) {
        ChunkReader reader = find(partition, offset, bytes >= LARGE_FROM_BYTES);
        reader.moveTo(partition, offset);
        return reader;
    }

    void giveBack(ChunkReader reader) {
        (reader.fetchBytes() == LARGE_FETCH_BYTES ? large : small).giveBack(reader);
    }

    @Override
    public void close() {
        small.close();
        large.close();
    }

    private ChunkReader find(TopicPartition partition, long offset, boolean isLarge) {
        if (isLarge) {
            ChunkReader idle = large.takeIdle(partition, offset);
            if (idle != null) {
                return idle;
            }
            if (budget.tryReserveFromHalf(FETCHES_HELD * LARGE_FETCH_BYTES)) {
                return open(LARGE_FETCH_BYTES);
            }
        }
        ChunkReader idle = small.takeIdle(partition, offset);
        return idle == null ? openSmall() : idle;
    }

    private ChunkReader openSmall() {
        int bytes = FETCHES_HELD * SMALL_FETCH_BYTES;
        if (!budget.tryReserve(bytes)) {
            closeOneIdle();
            budget.reserve(bytes);
        }
        return open(SMALL_FETCH_BYTES);
    }

    /** Closes an idle reader to make room for an active one. */
    private void closeOneIdle() {
        @Nullable ChunkReader idle = large.takeAnyIdle();
        if (idle != null) {
            idle.close();
        }
    }

    private ChunkReader open(int fetchBytes) {
        int reserved = FETCHES_HELD * fetchBytes;
        try {
            return new ChunkReader(
                    consumers.apply(fetchBytes), fetchBytes, () -> budget.release(reserved));
        } catch (RuntimeException e) {
            budget.release(reserved);
            throw e;
        }
    }
}
