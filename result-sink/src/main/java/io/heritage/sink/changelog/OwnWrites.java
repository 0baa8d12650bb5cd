package io.heritage.sink.changelog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which offsets of a changelog's partition the present task has written. The fold's thread sends,
 * that of its producer hears of the acknowledgements.
 */
final class OwnWrites {
    /** Runs of offsets without a gap: the first, and one past the last. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    private long sent;
    private long settled;

    /** Offsets. */
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

    /** Its task ends by that. */
    synchronized void failed() {
        settled++;
    }

    /** How many were sent so far. */
    synchronized long sent() {
        return sent;
    }

    /** Whether that many are acknowledged or failed; Kafka keeps their order. */
    synchronized boolean areSettled(long first) {
        return settled >= first;
    }

    /** What is not ours between two offsets. */
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

    /** Nobody asks for offsets before this one any more. */
    synchronized void forget(long before) {
        Map.Entry<Long, Long> across = runs.lowerEntry(before);
        runs.headMap(before).clear();
        if (across != null && across.getValue() > before) {
            runs.put(before, across.getValue());
        }
    }
}
