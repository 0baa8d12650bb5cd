package io.heritage.sink.fold;

import io.heritage.sink.queue.QueueOrder;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every few seconds, for each local partition of the fold, the offset from which it still
 * needs the topics of jobs that wait for their turn. Records before it are folded, and none of
 * their jobs waits there: each is in its lane, has begun, or has ended. Gateways keep the media of
 * needed jobs.
 */
public final class NeededPlaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NeededPlaces.class);

    /**
     * A resumed sink may overwrite the offset of the partition's new owner with an old one. And
     * Kafka deletes offsets of groups without members after seven days.
     */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofMinutes(1);

    /** Writes the offset for those who keep media. */
    @FunctionalInterface
    public interface Saying {
        void say(String waitingTopic, int partition, long offset);
    }

    private final Saying saying;
    private final Supplier<Collection<String>> topics;
    private final FoldProgress progress;
    private final QueueOrder order;
    private final LongSupplier nanoTime;
    private final Map<Of, Said> said = new HashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("sink-needed-places").factory());

    /**
     * @param topics of all queues
     * @param nanoTime as {@link System#nanoTime}
     */
    public NeededPlaces(
            Saying saying,
            Supplier<Collection<String>> topics,
            FoldProgress progress,
            QueueOrder order,
            LongSupplier nanoTime) {
        this.saying = saying;
        this.topics = topics;
        this.progress = progress;
        this.order = order;
        this.nanoTime = nanoTime;
    }

    private record Of(String topic, int partition) {}

    private record Said(long at, long offset) {}

    public void start(Duration every) {
        var unused =
                thread.scheduleWithFixedDelay(
                        this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        var here = new HashSet<Of>();
        for (String topic : topics.get()) {
            if (Topics.isWaiting(topic)) {
                // In this order: a job that comes in between is not before what was passed.
                progress.passed(topic)
                        .forEach((partition, passed) -> {
                            OptionalLong needed =
                                    order.neededFrom(partition.processor(), topic, passed);
                            if (needed.isPresent()) {
                                var of = new Of(topic, partition.number());
                                here.add(of);
                                say(of, needed.getAsLong());
                            }
                        });
            }
        }
        said.keySet().retainAll(here);
    }

    private void say(Of of, long offset) {
        long now = nanoTime.getAsLong();
        Said before = said.get(of);
        if (before != null
                && before.offset() == offset
                && now - before.at() < SAID_AGAIN_AFTER.toNanos()) {
            return;
        }
        try {
            saying.say(of.topic(), of.partition(), offset);
            said.put(of, new Said(now, offset));
        } catch (RuntimeException e) { // said again, whatever it was
            LOG.atDebug().setCause(e).log("offset of waiting jobs not written; will retry");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
