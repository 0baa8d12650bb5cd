package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Offsets from which unfinished jobs need the partitions of {@code heritage.media}. A job counts
 * until everything before it in its queue is finished too, because the queue reports no more than
 * that. One thread.
 */
final class QueuedMedia {
    /** Jobs whose media begin within this distance share one entry. */
    private static final long NEAR = 64;

    private final Map<String, Map<Integer, ArrayDeque<Held>>> byQueue = new HashMap<>();

    /**
     * @param lastJob offset in the queue of the last job of this entry
     * @param first offset of the first chunk that any of its jobs needs
     */
    private record Held(long lastJob, long first) {}

    /**
     * @param offset of the job in its queue, higher than those before
     */
    void submitted(String queue, long offset, Collection<MediaRef> media) {
        for (MediaRef ref : media) {
            for (MediaRef.Piece piece : ref.pieces()) {
                switch (piece) {
                    case MediaRef.InKafka chunks -> hold(queue, offset, chunks);
                    case MediaRef.InBucket _ -> {} // takes no room in a topic
                }
            }
        }
    }

    /** The queue will not deliver records before this offset again. */
    void finishedBefore(String queue, long start) {
        for (ArrayDeque<Held> entries : byQueue.getOrDefault(queue, Map.of()).values()) {
            while (!entries.isEmpty() && entries.getFirst().lastJob() < start) {
                entries.removeFirst();
            }
        }
    }

    /** Empty if no job needs the partition. */
    OptionalLong firstNeeded(int partition) {
        return byQueue.values().stream()
                .map(partitions -> partitions.get(partition))
                .filter(entries -> entries != null)
                .flatMap(ArrayDeque::stream)
                .mapToLong(Held::first)
                .min();
    }

    private void hold(String queue, long job, MediaRef.InKafka chunks) {
        ArrayDeque<Held> entries =
                byQueue.computeIfAbsent(queue, _ -> new HashMap<>())
                        .computeIfAbsent(chunks.partition(), _ -> new ArrayDeque<>());
        Held last = entries.peekLast();
        long first = chunks.firstOffset();
        if (last != null && Math.abs(first - last.first()) < NEAR) {
            entries.removeLast();
            first = Math.min(first, last.first());
        }
        entries.addLast(new Held(job, first));
    }
}
