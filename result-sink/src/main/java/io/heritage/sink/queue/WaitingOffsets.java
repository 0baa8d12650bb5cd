package io.heritage.sink.queue;

import java.util.Arrays;

/**
 * Offsets of an owner's jobs that wait in one partition, in order: nearly all are added at the end
 * and removed at the beginning. Not safe for threads.
 */
final class WaitingOffsets {
    private static final int FEWEST = 16;

    private long[] offsets = new long[FEWEST];
    private int begin;
    private int end;

    boolean isEmpty() {
        return begin == end;
    }

    long first() {
        return offsets[begin];
    }

    long removeFirst() {
        return offsets[begin++];
    }

    int before(long offset) {
        int at = Arrays.binarySearch(offsets, begin, end, offset);
        return (at < 0 ? -at - 1 : at) - begin;
    }

    /** No effect if the offset is present. */
    void add(long offset) {
        int at = begin + before(offset);
        if (at < end && offsets[at] == offset) {
            return;
        }
        int moved = begin;
        if (end == offsets.length) {
            int size = end - begin;
            var larger = new long[Math.max(FEWEST, 2 * size)];
            System.arraycopy(offsets, begin, larger, 0, size);
            offsets = larger;
            begin = 0;
            end = size;
        }
        at -= moved - begin;
        System.arraycopy(offsets, at, offsets, at + 1, end - at);
        offsets[at] = offset;
        end++;
    }
}
