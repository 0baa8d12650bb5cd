package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one caller has still to be told: of each job the latest only. Where it is more than a bound,
 * it is forgotten, and the caller is told to look for itself. Any thread.
 */
final class EventQueue {
    static final int MOST_JOBS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<String, ObjectNode> latest = new LinkedHashMap<>();
    private boolean lost;
    private boolean ended;

    /**
     * Events to be told.
     *
     * @param lost whether some were forgotten
     * @param ended whether no more will come
     */
    record Burst(List<ObjectNode> jobs, boolean lost, boolean ended) {}

    void put(ObjectNode job) {
        lock.lock();
        try {
            String id = job.path("id").asText();
            if (latest.size() >= MOST_JOBS && !latest.containsKey(id)) {
                latest.clear();
                lost = true;
            }
            latest.put(id, job);
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Something may be missing from here on. */
    void lose() {
        lock.lock();
        try {
            lost = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The longest waiting ones; none if there were none for that time. */
    Burst take(int atMost, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (latest.isEmpty() && !lost && !ended && left > 0) {
                left = filled.awaitNanos(left);
            }
            var jobs = new ArrayList<ObjectNode>();
            var all = latest.values().iterator();
            while (all.hasNext() && jobs.size() < atMost) {
                jobs.add(all.next());
                all.remove();
            }
            boolean wasLost = lost;
            lost = false;
            return new Burst(jobs, wasLost, ended && latest.isEmpty());
        } finally {
            lock.unlock();
        }
    }
}
