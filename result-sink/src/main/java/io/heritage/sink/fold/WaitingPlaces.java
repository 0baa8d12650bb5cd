package io.heritage.sink.fold;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The places of the jobs that wait in one partition, by queue. How many lie before one is told in
 * logarithmic time and without the store; a job takes some 13 bytes. Written by the stream thread
 * that owns the partition, read by any.
 */
final class WaitingPlaces {
    private final Map<String, Queue> queues = new ConcurrentHashMap<>();

    void add(QueuePlace place) {
        queues.computeIfAbsent(place.topic(), _ -> new Queue()).set(place.offset(), true);
    }

    void remove(QueuePlace place) {
        Queue queue = queues.get(place.topic());
        if (queue != null) {
            queue.set(place.offset(), false);
        }
    }

    /**
     * A job is another one than before.
     *
     * @param from where it waited; null if it did not
     * @param to where it waits; null if it does not
     */
    void moved(@Nullable QueuePlace from, @Nullable QueuePlace to) {
        if (from != null && !from.equals(to)) {
            remove(from);
        }
        if (to != null) {
            add(to);
        }
    }

    int before(QueuePlace place) {
        Queue queue = queues.get(place.topic());
        return queue == null ? 0 : queue.before(place.offset());
    }

    /** Some of them, for another sink. */
    QueueSample sample(String topic, int atMost) {
        Queue queue = queues.get(topic);
        return queue == null ? QueueSample.NONE : queue.sample(atMost);
    }

    /**
     * Offsets in order. A Fenwick tree over them counts those that are waited at; the others are
     * dropped when they are more.
     */
    private static final class Queue {
        private static final int FEWEST = 64;

        private final ReentrantLock lock = new ReentrantLock();
        private final BitSet waiting = new BitSet();
        private long[] offsets = new long[FEWEST];

        /** At i + 1: how many wait among the {@code lowest bit of i + 1} places up to it. */
        private int[] counts = new int[FEWEST + 1];

        private int size;
        private int total;

        void set(long offset, boolean waits) {
            lock.lock();
            try {
                int at = Arrays.binarySearch(offsets, 0, size, offset);
                if (at < 0 && !waits) {
                    return;
                }
                int index = at < 0 ? insert(-at - 1, offset) : at;
                if (waiting.get(index) != waits) {
                    waiting.set(index, waits);
                    count(index, waits ? 1 : -1);
                }
                if (size > FEWEST && 2 * total < size) {
                    rebuild(-1, 0);
                }
            } finally {
                lock.unlock();
            }
        }

        int before(long offset) {
            lock.lock();
            try {
                int at = Arrays.binarySearch(offsets, 0, size, offset);
                return countBelow(at < 0 ? -at - 1 : at);
            } finally {
                lock.unlock();
            }
        }

        QueueSample sample(int atMost) {
            lock.lock();
            try {
                int step = Math.max(1, Math.ceilDiv(total, atMost));
                var chosen = new ArrayList<Long>();
                for (int rank = 0; rank < total; rank += step) {
                    chosen.add(offsets[indexOf(rank)]);
                }
                return new QueueSample(step, total, chosen);
            } finally {
                lock.unlock();
            }
        }

        /** Nearly all come at the end. */
        private int insert(int at, long offset) {
            if (at < size) {
                return rebuild(at, offset);
            }
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size + 1);
            }
            offsets[size++] = offset;
            counts[size] = 0;
            for (int i = size - 1; i > size - Integer.lowestOneBit(size); i -= lowest(i)) {
                counts[size] += counts[i];
            }
            return at;
        }

        /**
         * Without the places that nobody waits at, but with one more.
         *
         * @param at index of a new offset; -1 for none
         * @return its index then
         */
        private int rebuild(int at, long offset) {
            var kept = new long[Math.max(FEWEST, 2 * (total + 1))];
            int n = 0;
            int index = -1;
            for (int i = 0; i < size; i++) {
                if (i == at) {
                    index = n;
                    kept[n++] = offset;
                }
                if (waiting.get(i)) {
                    kept[n++] = offsets[i];
                }
            }
            waiting.clear();
            waiting.set(0, n);
            offsets = kept;
            counts = new int[kept.length + 1];
            size = n;
            total = 0;
            for (int i = 0; i < n; i++) {
                if (i == index) {
                    waiting.clear(i);
                } else {
                    count(i, 1);
                }
            }
            return index;
        }

        private void count(int index, int change) {
            total += change;
            for (int i = index + 1; i <= size; i += lowest(i)) {
                counts[i] += change;
            }
        }

        private int countBelow(int index) {
            int sum = 0;
            for (int i = index; i > 0; i -= lowest(i)) {
                sum += counts[i];
            }
            return sum;
        }

        /** Index of the one that so many wait before. */
        private int indexOf(int rank) {
            int index = 0;
            int left = rank;
            for (int step = Integer.highestOneBit(size); step > 0; step >>= 1) {
                if (index + step <= size && counts[index + step] <= left) {
                    index += step;
                    left -= counts[index];
                }
            }
            return index;
        }

        private static int lowest(int i) {
            return Integer.lowestOneBit(i);
        }
    }
}
