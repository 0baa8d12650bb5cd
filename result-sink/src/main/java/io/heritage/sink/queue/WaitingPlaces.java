package io.heritage.sink.queue;

import io.heritage.transport.kafka.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The places of the jobs that wait in one partition, by queue. How many lie before one is told in
 * logarithmic time and without the store; a job takes some 13 bytes. Written by the stream thread
 * that owns the partition, read by any.
 */
public final class WaitingPlaces {
    private final Map<String, Queue> queues = new ConcurrentHashMap<>();
    private volatile Consumer<QueuePlace> left = _ -> {};

    /**
     * @param hears called with each place at which no job waits any more, on the writing thread
     */
    void listen(Consumer<QueuePlace> hears) {
        left = hears;
    }

    public void add(QueuePlace place) {
        queues.computeIfAbsent(place.topic(), _ -> new Queue()).set(place.offset(), true);
    }

    public void remove(QueuePlace place) {
        if (drop(place)) {
            left.accept(place);
        }
    }

    private boolean drop(QueuePlace place) {
        Queue queue = queues.get(place.topic());
        return queue != null && queue.set(place.offset(), false);
    }

    /**
     * Moves a job from one place to another.
     *
     * @param from where it waited; null if it did not
     * @param to where it waits; null if it does not
     */
    public void moved(@Nullable QueuePlace from, @Nullable QueuePlace to) {
        boolean hasLeft = from != null && !from.equals(to) && drop(from);
        if (to != null) {
            add(to);
        }
        if (from != null && hasLeft) {
            left.accept(from);
        }
    }

    boolean waitsAt(QueuePlace place) {
        Queue queue = queues.get(place.topic());
        return queue != null && queue.waitsAt(place.offset());
    }

    /** Where the first job of a queue waits. */
    OptionalLong first(String topic) {
        Queue queue = queues.get(topic);
        return queue == null ? OptionalLong.empty() : queue.first();
    }

    int total(String topic) {
        Queue queue = queues.get(topic);
        return queue == null ? 0 : queue.total();
    }

    /** In all shards of a lane, without those that wait for their owner's turn. */
    int inLane(String laneTopic) {
        int sum = 0;
        for (Map.Entry<String, Queue> queue : queues.entrySet()) {
            String topic = queue.getKey();
            if (topic.startsWith(laneTopic)
                    && !Topics.isWaiting(topic)
                    && Topics.lane(topic).equals(laneTopic)) {
                sum += queue.getValue().total();
            }
        }
        return sum;
    }

    public int before(QueuePlace place) {
        Queue queue = queues.get(place.topic());
        return queue == null ? 0 : queue.before(place.offset());
    }

    /** A sample of the places, for another sink. */
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

        /**
         * At i + 1: number of waiting jobs among the {@code lowest bit of i + 1} places up to it.
         */
        private int[] counts = new int[FEWEST + 1];

        private int size;
        private int total;

        /** Returns whether the offset is new. */
        boolean set(long offset, boolean waits) {
            lock.lock();
            try {
                int at = Arrays.binarySearch(offsets, 0, size, offset);
                if (at < 0 && !waits) {
                    return false;
                }
                int index = at < 0 ? insert(-at - 1, offset) : at;
                boolean changes = waiting.get(index) != waits;
                if (changes) {
                    waiting.set(index, waits);
                    count(index, waits ? 1 : -1);
                }
                if (size > FEWEST && 2 * total < size) {
                    rebuild(-1, 0);
                }
                return changes;
            } finally {
                lock.unlock();
            }
        }

        boolean waitsAt(long offset) {
            lock.lock();
            try {
                int at = Arrays.binarySearch(offsets, 0, size, offset);
                return at >= 0 && waiting.get(at);
            } finally {
                lock.unlock();
            }
        }

        OptionalLong first() {
            lock.lock();
            try {
                int at = waiting.nextSetBit(0);
                return at < 0 ? OptionalLong.empty() : OptionalLong.of(offsets[at]);
            } finally {
                lock.unlock();
            }
        }

        int total() {
            lock.lock();
            try {
                return total;
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

        /** Nearly all offsets are added at the end. */
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
         * Removes the places at which no job waits, and adds one.
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

        /** Index of the waiting place with {@code rank} others before it. */
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
