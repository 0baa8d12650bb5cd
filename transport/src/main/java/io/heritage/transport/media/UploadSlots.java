package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Limits the uploads of a process, spreads them over the partitions (interleaved uploads cost every
 * reader) and lends each a chunk buffer.
 */
public final class UploadSlots {
    private static final int SPARE_BUFFERS = 16;

    /** Time from the end of an upload until its job is written. */
    private static final long SUBMITTING_NANOS = 500_000_000;

    private final int limit;
    private final Semaphore free;
    private final Duration patience;
    private final RandomGenerator random;
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private int[] uploads = new int[0];
    private long[] reserved = new long[0];
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();

    /** An upload whose job the room may not know yet. */
    private record Ended(int partition, long bytes, long nanos) {}

    /** A partition and a buffer of {@link ChunkFormat#CHUNK_BYTES}, lent until released. */
    static final class Slot {
        final int partition;
        final byte[] buffer;
        private final long bytes;

        private Slot(int partition, byte[] buffer, long bytes) {
            this.partition = partition;
            this.buffer = buffer;
            this.bytes = bytes;
        }
    }

    public UploadSlots(int limit, Duration patience, RandomGenerator random) {
        this.limit = limit;
        this.free = new Semaphore(limit, true);
        this.patience = patience;
        this.random = random;
    }

    /**
     * @param bytes of the upload, at most; 0 if it does not tell
     * @throws TransportUnavailable if none became free in time
     * @throws MediaQuotaReached if no partition has room
     */
    Slot acquire(int partitions, MediaRoom room, long bytes) {
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
        try {
            return lend(partitions, room, bytes);
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
    }

    synchronized long nextWriterId() {
        return random.nextLong();
    }

    /**
     * @param written bytes of the upload
     */
    synchronized void release(Slot slot, long written) {
        uploads[slot.partition]--;
        long bytes = Math.max(slot.bytes, written);
        reserved[slot.partition] += bytes - slot.bytes;
        ended.addLast(new Ended(slot.partition, bytes, System.nanoTime()));
        if (spare.size() < SPARE_BUFFERS) {
            spare.push(slot.buffer);
        }
        free.release();
    }

    private synchronized Slot lend(int partitions, MediaRoom room, long bytes) {
        if (uploads.length < partitions) {
            uploads = Arrays.copyOf(uploads, partitions);
            reserved = Arrays.copyOf(reserved, partitions);
        }
        forget(room.knownAt());
        int partition = leastLoaded(partitions, room, bytes);
        uploads[partition]++;
        reserved[partition] += bytes;
        byte[] buffer = spare.poll();
        return new Slot(
                partition, buffer == null ? new byte[ChunkFormat.CHUNK_BYTES] : buffer, bytes);
    }

    /** Drops uploads that ended before the given time, which the room includes. */
    private void forget(long knownAt) {
        while (!ended.isEmpty() && knownAt - ended.getFirst().nanos() > SUBMITTING_NANOS) {
            Ended upload = ended.removeFirst();
            reserved[upload.partition()] -= upload.bytes();
        }
    }

    /**
     * The least loaded partition with room, from a random start, since other processes choose too.
     */
    private int leastLoaded(int partitions, MediaRoom room, long bytes) {
        int start = random.nextInt(partitions);
        int best = -1;
        for (int i = 0; i < partitions; i++) {
            int candidate = (start + i) % partitions;
            if (room.of(candidate) - reserved[candidate]
                            > Math.max(bytes, KafkaMediaRoom.FOR_THOSE_UNDER_WAY)
                    && (best < 0 || uploads[candidate] < uploads[best])) {
                best = candidate;
            }
        }
        if (best < 0) {
            throw KafkaMediaRoom.full(bytes);
        }
        return best;
    }
}
