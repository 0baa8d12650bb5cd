package io.heritage.transport.queue;

import java.time.Duration;

/**
 * How a job is lent to a worker.
 *
 * @param lock a worker that is silent for so long has lost its job; 15 s to 60 s unless the broker
 *     allows other values; used when a queue's group is set up
 * @param deliveryLimit after so many deliveries the broker drops a job silently, 2 to 10
 * @param grace once a job runs for so long, jobs that other lanes have got for the worker go back
 *     to the other workers
 * @param turn after a lane has been served for so long, another one of the same rank that has jobs
 *     waiting is served
 * @param leastAnswer a better lane is waited for at least so long before a job of a worse one is
 *     taken; longer where Kafka is slow to answer
 * @param window so many records of a lane may follow its oldest unfinished one before delivery
 *     stops, 100 to 10,000; a cluster may allow fewer; used when a queue's group is set up
 */
public record QueueSettings(
        Duration lock,
        int deliveryLimit,
        Duration grace,
        Duration turn,
        Duration leastAnswer,
        int window) {
    /** The most that brokers can be set to. */
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
