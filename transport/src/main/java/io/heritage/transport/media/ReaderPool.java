package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Idle readers at their positions: one that has just read the previous piece continues without a
 * new request to the broker.
 */
final class ReaderPool implements AutoCloseable {
    private final ArrayDeque<ChunkReader> idle = new ArrayDeque<>();
    private final int mostIdle;
    private boolean closed;

    ReaderPool(int mostIdle) {
        this.mostIdle = mostIdle;
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

    /** The reader positioned shortly before the offset, else any. */
    synchronized @Nullable ChunkReader takeIdle(TopicPartition partition, long offset) {
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
        return takeAnyIdle();
    }

    /** Takes the longest idle reader, the least likely to be reused at its position. */
    synchronized @Nullable ChunkReader takeAnyIdle() {
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
