package io.heritage.sink.queue;

/**
 * Waiting times of jobs in one or more queues.
 *
 * @param oldestMillis of the job that has waited longest; 0 if none waits
 * @param longer how many have waited longer than was asked for, counted up to a limit
 */
public record QueueWaits(long oldestMillis, long longer) {
    public static final QueueWaits NONE = new QueueWaits(0, 0);

    public QueueWaits plus(QueueWaits other) {
        return new QueueWaits(Math.max(oldestMillis, other.oldestMillis), longer + other.longer);
    }
}
