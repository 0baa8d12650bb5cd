package io.heritage.sink.changelog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Offsets of a changelog partition that the current task has written. The fold's thread sends; the
 * producer's thread receives the acknowledgements.
 */
final class OwnWrites {
    /** Contiguous runs of offsets: the first, and one past the last. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    private long sent;
    private long settled;

    record Range(long from, long end) {}

    synchronized void sending() {
        sent++;
    }

    synchronized void acknowledged(long offset) {
        settled++;
        Map.Entry<Long, Long> before = runs.floorEntry(offset);
        if (before != null && before.getValue() == offset) {
            runs.put(before.getKey(), offset + 1);
        } else {
            runs.put(offset, offset + 1);
        }
    }

    /** Ends its task. */
    synchronized void failed() {
        settled++;
    }

    /** Number of writes sent so far. */
    synchronized long sent() {
        return sent;
    }

    /**
     * Whether the first {@code sent} writes are acknowledged or failed; Kafka keeps their order.
     */
    synchronized boolean areSettled(long first) {
        return settled >= first;
    }

    /** Offsets between the two that this task has not written. */
    synchronized List<Range> others(long from, long end) {
        var others = new ArrayList<Range>();
        long next = from;
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            long first = Math.min(run.getKey(), end);
            if (next < first) {
                others.add(new Range(next, first));
            }
            next = Math.max(next, run.getValue());
        }
        if (next < end) {
            others.add(new Range(next, end));
        }
        return others;
    }

    /** Drops offsets before this one; they are not asked for again. */
    synchronized void forget(long before) {
        Map.Entry<Long, Long> across = runs.lowerEntry(before);
        runs.headMap(before).clear();
        if (across != null && across.getValue() > before) {
            runs.put(before, across.getValue());
        }
    }
}
