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
 * Events that one caller has still to get, only the latest for each job. Beyond a bound they are
 * dropped, and the caller is told to read the list of jobs. Any thread.
 */
final class EventQueue {
    static final int MOST_JOBS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<String, ObjectNode> latest = new LinkedHashMap<>();
    private boolean lost;
    private boolean ended;

    /**
     * Events to be sent.
     *
     * @param lost whether some were dropped
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

    /** Records that events may be missing from here on. */
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

    /** The oldest events; empty if there were none within the time. */
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
