package io.heritage.sink.fold;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Progress of this process's partitions of the fold with queues and events. Any thread.
 *
 * <p>A partition that begins here was folded elsewhere, or here before a stop, and more events may
 * have been acknowledged since. Until these are folded too the partition is behind. After a
 * standstill of the process all partitions are behind, because other sinks may have taken them
 * over.
 */
public final class FoldProgress {
    /** Poll interval of waiting threads: events do not wake them. */
    private static final long LOOKS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Longer than a GC pause, shorter than other sinks wait before they take over. */
    private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private volatile boolean isWatched;
    private volatile long lastTick;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Object, Position> positions = new HashMap<>();
    private volatile Set<Integer> caughtUp = Set.of();

    /** The progress of one partition of the fold; written by its thread. */
    static final class Position {
        private final int partition;
        private volatile Map<String, Long> passed;
        private volatile long events;
        private boolean isBehind = true;
        private int timesBehind = 1;

        private Position(int partition, Map<String, Long> passed) {
            this.partition = partition;
            this.passed = Map.copyOf(passed);
        }

        /**
         * @param next offset of the event after the last that is folded
         */
        void events(long next) {
            events = next;
        }

        int partition() {
            return partition;
        }

        /** Offset after the last event that was folded since it began here; 0 before the first. */
        long events() {
            return events;
        }
    }

    public FoldProgress() {
        this(System::nanoTime);
    }

    /**
     * @param nanos as {@link System#nanoTime()}
     */
    FoldProgress(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * A position that is behind.
     *
     * @param times how often it has been
     */
    record Behind(Position position, int times) {}

    /**
     * To be called several times a second, from the first call on. If the calls pause, the process
     * stood still: nothing is caught up then, first because of the pause, then until what was
     * acknowledged meanwhile is folded.
     */
    void tick() {
        long now = nanos.getAsLong();
        if (isWatched && now - lastTick > STOOD_STILL) {
            lock.lock();
            try {
                positions
                        .values()
                        .forEach(position -> {
                            position.isBehind = true;
                            position.timesBehind++;
                        });
                noteChange();
            } finally {
                lock.unlock();
            }
        }
        lastTick = now;
        isWatched = true;
    }

    private boolean standsStill() {
        return isWatched && nanos.getAsLong() - lastTick > STOOD_STILL;
    }

    /**
     * @param processor of the partition
     * @param passed the offset after the last submission that is folded, by queue
     */
    Position begin(Object processor, int partition, Map<String, Long> passed) {
        var position = new Position(partition, passed);
        lock.lock();
        try {
            positions.put(processor, position);
            noteChange();
        } finally {
            lock.unlock();
        }
        return position;
    }

    void passed(Position position, Map<String, Long> offsets) {
        lock.lock();
        try {
            position.passed = Map.copyOf(offsets);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A partition of the fold that is here.
     *
     * @param processor of it
     */
    record Partition(Object processor, int number) {}

    /** The offset up to which each partition has folded a queue, if it knows the queue. */
    Map<Partition, Long> passed(String topic) {
        lock.lock();
        try {
            var found = new HashMap<Partition, Long>();
            positions.forEach((processor, position) -> {
                Long passed = position.passed.get(topic);
                if (passed != null) {
                    found.put(new Partition(processor, position.partition), passed);
                }
            });
            return found;
        } finally {
            lock.unlock();
        }
    }

    void end(Object processor) {
        lock.lock();
        try {
            positions.remove(processor);
            noteChange();
        } finally {
            lock.unlock();
        }
    }

    /** Marks a position as caught up: all events acknowledged before it was behind are folded. */
    void caughtUp(Behind behind) {
        lock.lock();
        try {
            if (behind.position().timesBehind == behind.times()) {
                behind.position().isBehind = false;
                noteChange();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void noteChange() {
        caughtUp =
                positions.values().stream()
                        .filter(position -> !position.isBehind)
                        .map(Position::partition)
                        .collect(Collectors.toUnmodifiableSet());
        changed.signalAll();
    }

    /** Whether a partition is here, and not behind. */
    boolean isCaughtUp(int partition) {
        return !standsStill() && caughtUp.contains(partition);
    }

    /** Whether no local partition is behind. */
    boolean isCaughtUp() {
        lock.lock();
        try {
            return !standsStill()
                    && positions.values().stream().noneMatch(position -> position.isBehind);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until partitions are behind, and returns them. */
    Set<Behind> awaitBehind() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Set<Behind> behind =
                        positions.values().stream()
                                .filter(position -> position.isBehind)
                                .map(position -> new Behind(position, position.timesBehind))
                                .collect(Collectors.toUnmodifiableSet());
                if (!behind.isEmpty()) {
                    return behind;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a partition is not behind, or the time is over.
     *
     * @return false if time is up, or the partition is not here
     */
    boolean awaitCaughtUp(int partition, Duration atMost) throws InterruptedException {
        if (isCaughtUp(partition)) {
            return true;
        }
        var unused =
                await(
                        all ->
                                isCaughtUp(partition)
                                        || all.values().stream()
                                                .noneMatch(at -> at.partition == partition),
                        atMost);
        return isCaughtUp(partition);
    }

    /**
     * Waits until all submissions before the given offsets of their queues are folded in every
     * local partition, or the time is over.
     */
    public void await(Map<String, Long> ends, Duration atMost) throws InterruptedException {
        var unused =
                await(
                        all -> all.values().stream().allMatch(at -> reaches(at.passed, ends)),
                        atMost);
    }

    /**
     * The same of one partition, and of its events.
     *
     * @param events offset before which all are folded
     * @return false if time is up, or the partition is not here
     */
    boolean await(int partition, Map<String, Long> ends, long events, Duration atMost)
            throws InterruptedException {
        return await(
                all ->
                        all.values().stream()
                                .anyMatch(at ->
                                        at.partition == partition
                                                && at.events >= events
                                                && reaches(at.passed, ends)),
                atMost);
    }

    private boolean await(Predicate<Map<Object, Position>> isReached, Duration atMost)
            throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!isReached.test(positions)) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                var unused = changed.awaitNanos(Math.min(left, LOOKS));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    static boolean reaches(Map<String, Long> passed, Map<String, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> passed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
