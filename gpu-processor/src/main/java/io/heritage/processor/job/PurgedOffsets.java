package io.heritage.processor.job;

import io.heritage.schemas.JobEvent;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.LaneWindow;
import io.heritage.transport.queue.QueueWindows;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where the queues have been purged, one offset for a queue and an owner. It is forgotten
 * once the queue is through with all that lies before it. Heard by the bus's thread, asked by the
 * device's.
 */
final class PurgedOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(PurgedOffsets.class);
    static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final QueueWindows windows;
    private final ConcurrentMap<String, Map<String, Long>> byTopic = new ConcurrentHashMap<>();
    private long lookedAt = System.nanoTime();

    PurgedOffsets(QueueWindows windows) {
        this.windows = windows;
    }

    void add(JobEvent.QueuePurged purge) {
        purge.before()
                .forEach((topic, offset) -> {
                    if (offset > 0) {
                        byTopic.computeIfAbsent(topic, _ -> new ConcurrentHashMap<>())
                                .merge(purge.owner(), offset, Math::max);
                    }
                });
    }

    boolean cover(ClaimedJob claim) {
        if (!byTopic.isEmpty() && System.nanoTime() - lookedAt > LOOK_EVERY.toNanos()) {
            lookedAt = System.nanoTime();
            forgetPast();
        }
        Map<String, Long> owners = byTopic.get(claim.topic());
        return owners != null
                && claim.job().part() == null // its parent has begun
                && claim.offset() < owners.getOrDefault(claim.job().owner(), 0L);
    }

    void forgetPast() {
        for (var queue : byTopic.entrySet()) {
            try {
                LaneWindow window = windows.of(queue.getKey());
                queue.getValue().values().removeIf(before -> window.isPast(before - 1));
            } catch (TransportUnavailable e) {
                LOG.atDebug().setCause(e).log("queue does not answer; purges are kept");
            }
        }
        byTopic.values().removeIf(Map::isEmpty);
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }
}
