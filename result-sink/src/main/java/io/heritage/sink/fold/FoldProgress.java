package io.heritage.sink.fold;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far the partitions of the fold in this process have come with the queues. Any thread. */
public final class FoldProgress {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Object, Map<String, Long>> passed = new HashMap<>();

    void passed(Object partition, Map<String, Long> offsets) {
        lock.lock();
        try {
            passed.put(partition, Map.copyOf(offsets));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end(Object partition) {
        lock.lock();
        try {
            passed.remove(partition);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Until all submissions before the given offsets of their queues are folded, or time is up. */
    public void await(Map<String, Long> ends, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && !passed.values().stream().allMatch(p -> reaches(p, ends))) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    static boolean reaches(Map<String, Long> passed, Map<String, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> passed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
