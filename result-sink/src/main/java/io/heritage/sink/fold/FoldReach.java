package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.queue.QueueWindows;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether all records that were acknowledged before a question are in the store. Only then
 * does a missing job mean that there is no such job, because a fold may be behind. Any thread.
 */
public final class FoldReach {
    private final QueueWindows windows;
    private final Collection<EndpointId> endpoints;
    private final EventOffsets events;
    private final QueueStarts queues;
    private final FoldProgress progress;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Ends last;

    public FoldReach(
            QueueWindows windows,
            Collection<EndpointId> endpoints,
            EventOffsets events,
            QueueStarts queues,
            FoldProgress progress) {
        this.windows = windows;
        this.endpoints = List.copyOf(endpoints);
        this.events = events;
        this.queues = queues;
        this.progress = progress;
    }

    /**
     * End offsets of the topics.
     *
     * @param askedAt by {@link System#nanoTime()}, before Kafka was asked
     * @param events by partition; 0 where nothing is left to be read
     */
    private record Ends(long askedAt, Map<String, Long> queues, Map<Integer, Long> events) {}

    /**
     * Waits until a partition of the fold has come to where the topics ended at some time.
     *
     * @param since by {@link System#nanoTime()}: what was acknowledged before is folded
     * @return false if it has not come so far in time
     * @throws TransportUnavailable if Kafka does not answer in time
     */
    boolean await(int partition, long since, Duration atMost) throws InterruptedException {
        Ends ends = endsAfter(since);
        long event = ends.events().getOrDefault(partition, 0L);
        return progress.await(
                partition,
                ends.queues(),
                queues.eventsRead(partition) >= event ? 0 : event,
                atMost);
    }

    /** Concurrent questions share one request to Kafka. */
    private Ends endsAfter(long since) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            Ends known = last;
            if (known == null || known.askedAt() - since < 0) {
                known =
                        new Ends(
                                System.nanoTime(),
                                windows.ends(windows.topics(endpoints)),
                                events.ends());
                last = known;
            }
            return known;
        } finally {
            asking.unlock();
        }
    }
}
