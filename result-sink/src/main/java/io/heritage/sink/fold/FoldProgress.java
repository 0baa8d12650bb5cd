package io.heritage.sink.fold;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * How far the partitions of the fold in this process have come with queues and events. Any thread.
 */
public final class FoldProgress {
    /** Events do not wake those who wait; they look. */
    private static final long LOOKS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Object, Position> positions = new HashMap<>();

    /** The progress of one partition of the fold; written by its thread. */
    static final class Position {
        private final int partition;
        private volatile Map<String, Long> passed;
        private volatile long events;

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
            changed.signalAll();
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

    /** Up to where each has folded a queue, as far as it knows the queue. */
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Until all submissions before the given offsets of their queues are folded in every partition
     * that is here, or time is up.
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
