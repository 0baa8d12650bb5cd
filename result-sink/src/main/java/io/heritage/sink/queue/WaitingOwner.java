package io.heritage.sink.queue;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An owner whose jobs wait for their turn in a lane. Guarded by the lock of {@link Turns}. */
final class WaitingOwner {
    private final Map<Turns.Seat, WaitingOffsets> offsets = new HashMap<>();
    private int weight = 1;

    /** Virtual time at which its latest turn ended. */
    private double served;

    void weighs(int next) {
        weight = next;
    }

    int weight() {
        return weight;
    }

    void waits(Turns.Seat seat, long offset) {
        offsets.computeIfAbsent(seat, _ -> new WaitingOffsets()).add(offset);
    }

    void waitsNoMore(Turns.Seat seat) {
        offsets.remove(seat);
    }

    /** The partition with its first job; partitions without waiting jobs are dropped. */
    Optional<Turns.Seat> first(String waitingTopic) {
        offsets.forEach((seat, waiting) -> {
            while (!waiting.isEmpty()
                    && !seat.waitsAt(new QueuePlace(waitingTopic, waiting.first()))) {
                waiting.removeFirst();
            }
        });
        offsets.values().removeIf(WaitingOffsets::isEmpty);
        return offsets.entrySet().stream()
                .min(Comparator.comparingLong(entry -> entry.getValue().first()))
                .map(Map.Entry::getKey);
    }

    long firstOffset() {
        return offsets.values().stream().mapToLong(WaitingOffsets::first).min().orElseThrow();
    }

    long removeFirst(Turns.Seat seat) {
        return Objects.requireNonNull(offsets.get(seat)).removeFirst();
    }

    long before(long offset) {
        return offsets.values().stream().mapToLong(all -> all.before(offset)).sum();
    }

    long waiting() {
        return before(Long.MAX_VALUE);
    }

    /**
     * @param now virtual time
     */
    double beginsAt(double now) {
        return Math.max(now, served);
    }

    /**
     * Accounts for a turn.
     *
     * @param began virtual time
     */
    void served(double began) {
        served = began + 1.0 / weight;
    }
}
