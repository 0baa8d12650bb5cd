package io.heritage.sink.queue;

import java.util.Collections;
import java.util.List;

/**
 * Approximate places of the jobs of one partition in a queue.
 *
 * @param step every {@code step}-th job is listed
 * @param total how many wait
 * @param offsets of the first job, and of every {@code step}-th behind it, in order
 */
public record QueueSample(int step, int total, List<Long> offsets) {
    static final QueueSample NONE = new QueueSample(1, 0, List.of());

    public QueueSample {
        offsets = List.copyOf(offsets);
    }

    /** How many wait before an offset: exact if {@code step} is 1, else up to a step too many. */
    public int before(long offset) {
        int at = Collections.binarySearch(offsets, offset);
        int told = at < 0 ? -at - 1 : at;
        return (int) Math.min(total, (long) told * step);
    }
}
