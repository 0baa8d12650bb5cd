package io.heritage.sink.queue;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Places of this sink's jobs in their queues, over all of its partitions. Any thread. */
public final class QueueOrder {
    /** Most samples of a partition that are sent to another sink. */
    private static final int MOST_SAMPLED = 64;

    private final ConcurrentMap<Object, WaitingPlaces> partitions = new ConcurrentHashMap<>();

    /**
     * @param processor of the partition
     */
    public WaitingPlaces begin(Object processor) {
        var places = new WaitingPlaces();
        partitions.put(processor, places);
        return places;
    }

    public void end(Object processor) {
        partitions.remove(processor);
    }

    /** Number of jobs that wait before a place of a queue. */
    public int before(QueuePlace place) {
        return partitions.values().stream().mapToInt(places -> places.before(place)).sum();
    }

    /**
     * Place of the first waiting job of a partition in a queue.
     *
     * @param passed if none does
     * @return empty if the partition has moved
     */
    public OptionalLong neededFrom(Object processor, String topic, long passed) {
        WaitingPlaces places = partitions.get(processor);
        return places == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(passed, places.first(topic).orElse(passed)));
    }

    /** By partition. */
    public List<QueueSample> samples(String topic) {
        return partitions.values().stream()
                .map(places -> places.sample(topic, MOST_SAMPLED))
                .filter(sample -> sample.total() > 0)
                .toList();
    }
}
