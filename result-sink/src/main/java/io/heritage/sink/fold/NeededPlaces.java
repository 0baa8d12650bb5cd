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
 * Says every few seconds, for each partition of the fold that is here, from where on it needs the
 * topics with jobs that wait for their turn. What lies before is folded, and no job waits there:
 * each is in its lane, has begun, or is over. Gateways keep the media of what is needed.
 */
public final class NeededPlaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NeededPlaces.class);

    /**
     * A sink that stood still may say what it knew, after who has its partitions now. And Kafka
     * forgets offsets of groups without members after seven days.
     */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofMinutes(1);

    /** Says it to whoever keeps media. */
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
