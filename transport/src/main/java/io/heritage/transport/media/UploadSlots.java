package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Who may upload, and where to: limits the uploads of a process, spreads them over the partitions
 * (interleaved uploads cost every reader) and lends each a chunk buffer.
 */
public final class UploadSlots {
    private static final int SPARE_BUFFERS = 16;

    private final int limit;
    private final Semaphore free;
    private final Duration patience;
    private final RandomGenerator random;
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private int[] uploads = new int[0];

    /** A partition and a buffer of {@link ChunkFormat#CHUNK_BYTES}, lent until released. */
    static final class Slot {
        final int partition;
        final byte[] buffer;

        private Slot(int partition, byte[] buffer) {
            this.partition = partition;
            this.buffer = buffer;
        }
    }

    public UploadSlots(int limit, Duration patience, RandomGenerator random) {
        this.limit = limit;
        this.free = new Semaphore(limit, true);
        this.patience = patience;
        this.random = random;
    }

    /**
     * @throws TransportUnavailable if none became free in time
     */
    Slot acquire(int partitions) {
        try {
            if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportUnavailable(
                        "all %d uploads of this process were busy for %s; try again later or raise concurrent-uploads"
                                .formatted(limit, patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while waiting to upload", e);
        }
        return lend(partitions);
    }

    synchronized long nextWriterId() {
        return random.nextLong();
    }

    synchronized void release(Slot slot) {
        uploads[slot.partition]--;
        if (spare.size() < SPARE_BUFFERS) {
            spare.push(slot.buffer);
        }
        free.release();
    }

    private synchronized Slot lend(int partitions) {
        if (uploads.length < partitions) {
            uploads = Arrays.copyOf(uploads, partitions);
        }
        int partition = leastLoaded(partitions);
        uploads[partition]++;
        byte[] buffer = spare.poll();
        return new Slot(partition, buffer == null ? new byte[ChunkFormat.CHUNK_BYTES] : buffer);
    }

    /** From a random start, since other processes choose too. */
    private int leastLoaded(int partitions) {
        int start = random.nextInt(partitions);
        int best = start;
        for (int i = 1; i < partitions; i++) {
            int candidate = (start + i) % partitions;
            if (uploads[candidate] < uploads[best]) {
                best = candidate;
            }
        }
        return best;
    }
}
