package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bytes that all readers of a process may hold fetched, in KiB permits. Safe for any thread. */
final class FetchBudget {
    private static final int KIB = 1 << 10;

    private final int kibibytes;
    private final Semaphore free;
    private final Duration patience;

    /**
     * @param bytes at least 1 MiB
     * @param patience how long a reader waits for others to be done
     */
    FetchBudget(long bytes, Duration patience) {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("read budget: expected at least 1 MiB");
        }
        this.kibibytes = Math.toIntExact(bytes / KIB);
        this.free = new Semaphore(kibibytes, true);
        this.patience = patience;
    }

    /** Reserves the bytes if at least half of the budget stays free. */
    boolean tryReserveFromHalf(int bytes) {
        return free.availablePermits() - bytes / KIB >= kibibytes / 2
                && free.tryAcquire(bytes / KIB);
    }

    boolean tryReserve(int bytes) {
        return free.tryAcquire(bytes / KIB);
    }

    /**
     * Waits for its turn.
     *
     * @throws TransportUnavailable if others do not give back enough in time
     */
    void reserve(int bytes) {
        try {
            if (!free.tryAcquire(bytes / KIB, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportUnavailable(
                        "all memory for reading media (%d MiB) was in use by other readers for %s"
                                .formatted(kibibytes >> 10, patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while waiting to read media", e);
        }
    }

    void release(int bytes) {
        free.release(bytes / KIB);
    }

    long bytes() {
        return (long) kibibytes * KIB;
    }

    long reservedBytes() {
        return (long) (kibibytes - free.availablePermits()) * KIB;
    }
}
