package io.heritage.sink.fold;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Whether the fold makes progress: each of its partitions beats several times a second while its
 * stream thread lives and is not stuck. Any thread.
 */
public final class FoldPulse {
    private static final Duration STUCK_AFTER = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final ConcurrentMap<Object, Long> beats = new ConcurrentHashMap<>();

    /**
     * @param nanos as {@link System#nanoTime()}
     */
    public FoldPulse(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void beat(Object partition) {
        beats.put(partition, nanos.getAsLong());
    }

    void end(Object partition) {
        beats.remove(partition);
    }

    /** Whether no partition has been silent for more than 5 s. */
    public boolean isBeating() {
        long now = nanos.getAsLong();
        return beats.values().stream().allMatch(at -> now - at <= STUCK_AFTER.toNanos());
    }
}
