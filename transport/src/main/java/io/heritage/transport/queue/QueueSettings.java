package io.heritage.transport.queue;

import java.time.Duration;

/**
 * Settings of the queue: locks, deliveries, and turns of lanes.
 *
 * @param lock time after which a silent worker loses its job; 15 s to 60 s unless the broker allows
 *     other values; used when a queue's group is set up
 * @param deliveryLimit number of deliveries after which the broker drops a job silently, 2 to 10
 * @param grace run time of a job after which jobs that other lanes offer the worker go back to
 *     other workers
 * @param turn time after which another lane of the same rank with waiting jobs is served
 * @param leastAnswer minimum wait for a better lane before a job of a worse one is taken; longer
 *     where Kafka is slow to answer
 * @param window number of records of a lane that may follow its oldest unfinished one before
 *     delivery stops, 100 to 10,000; a cluster may allow fewer; used when a queue's group is set up
 */
public record QueueSettings(
        Duration lock,
        int deliveryLimit,
        Duration grace,
        Duration turn,
        Duration leastAnswer,
        int window) {
    /** Largest value that brokers can be configured to allow. */
    public static final int LARGEST_WINDOW = 10_000;

    private static final int SMALLEST_WINDOW = 100;

    public QueueSettings {
        if (lock.toMillis() < 1000) {
            throw new IllegalArgumentException("lock: expected at least 1 s, found " + lock);
        }
        if (deliveryLimit < 2 || deliveryLimit > 10) {
            throw new IllegalArgumentException(
                    "delivery-limit: expected 2 to 10, found " + deliveryLimit);
        }
        if (window < SMALLEST_WINDOW || window > LARGEST_WINDOW) {
            throw new IllegalArgumentException("window: expected 100 to 10000, found " + window);
        }
    }

    /** With the largest window. */
    public QueueSettings(
            Duration lock, int deliveryLimit, Duration grace, Duration turn, Duration leastAnswer) {
        this(lock, deliveryLimit, grace, turn, leastAnswer, LARGEST_WINDOW);
    }

    /** The same where the brokers allow another window. */
    public QueueSettings withWindow(int records) {
        return new QueueSettings(lock, deliveryLimit, grace, turn, leastAnswer, records);
    }

    public static QueueSettings defaults() {
        return new QueueSettings(
                Duration.ofSeconds(30),
                10,
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofMillis(5));
    }
}
