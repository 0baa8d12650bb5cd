package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Idle readers, kept where they stand: one that has just read the piece before continues without a
 * new request to the broker. Each keeps at most two fetches in memory.
 */
final class ReaderPool implements AutoCloseable {
    private final Supplier<ChunkReader> factory;
    private final ArrayDeque<ChunkReader> idle = new ArrayDeque<>();
    private final int mostIdle;
    private boolean closed;

    ReaderPool(int mostIdle, Supplier<ChunkReader> factory) {
        this.mostIdle = mostIdle;
        this.factory = factory;
    }

    /** A reader positioned at the offset or shortly before it. */
    ChunkReader borrow(TopicPartition partition, long offset) {
        ChunkReader reader = takeIdle(partition, offset);
        if (reader == null) {
            reader = factory.get();
        }
        reader.moveTo(partition, offset);
        return reader;
    }

    void giveBack(ChunkReader reader) {
        ChunkReader surplus = keep(reader);
        if (surplus != null) {
            surplus.close();
        }
    }

    @Override
    public void close() {
        ChunkReader reader;
        while ((reader = closeOne()) != null) {
            reader.close();
        }
    }

    private synchronized @Nullable ChunkReader takeIdle(TopicPartition partition, long offset) {
        if (closed) {
            throw new TransportUnavailable("media is read after the transport was closed");
        }
        for (Iterator<ChunkReader> it = idle.iterator(); it.hasNext(); ) {
            ChunkReader reader = it.next();
            if (reader.standsBefore(partition, offset)) {
                it.remove();
                return reader;
            }
        }
        // The one that rested longest is the least likely to be continued.
        return idle.pollLast();
    }

    private synchronized @Nullable ChunkReader keep(ChunkReader reader) {
        if (closed) {
            return reader;
        }
        idle.addFirst(reader);
        return idle.size() > mostIdle ? idle.pollLast() : null;
    }

    private synchronized @Nullable ChunkReader closeOne() {
        closed = true;
        return idle.poll();
    }
}
