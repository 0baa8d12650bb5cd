package io.heritage.transport.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all partitions of {@code heritage.events} without a group, on a thread of its own. Every
 * few seconds it asks Kafka for the end offsets. If there is no answer, or the previous end has not
 * been reached since, the listener is told that it is behind. A failed consumer is replaced; events
 * written in between are skipped.
 */
final class EventTail implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(EventTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration WAKE_EVERY = Duration.ofMillis(50);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(2);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final EventListener listener;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Consumer<byte[], byte[]> following;
    private boolean failedBefore;

    EventTail(Supplier<Consumer<byte[], byte[]>> consumers, EventListener listener) {
        this.consumers = consumers;
        this.listener = listener;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("heritage-tail-" + Topics.EVENTS)
                        .unstarted(this::run);
    }

    EventTail start() {
        thread.start();
        return this;
    }

    /** Returns when the listener gets no more events. */
    @Override
    public void close() {
        closed = true;
        try {
            do {
                wakeUp();
            } while (!thread.join(WAKE_EVERY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wakeUp() {
        Consumer<byte[], byte[]> consumer = following;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                following = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                LOG.atDebug()
                        .addKeyValue("topic", Topics.EVENTS)
                        .log("consumer woken for shutdown");
            } catch (RuntimeException | Error e) { // whatever it was, it is tried again
                logFailure(e);
                pause();
            } finally {
                following = null;
                listener.behind(true);
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(Topics.EVENTS, ANSWER_WITHIN).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        Map<TopicPartition, Long> ends = positions(consumer, partitions);
        failedBefore = false;
        listener.behind(false);
        long lookAt = System.nanoTime() + LOOK_EVERY.toNanos();
        while (!closed) {
            consumer.poll(POLL).forEach(this::hear);
            if (System.nanoTime() - lookAt >= 0) {
                listener.behind(!hasReached(ends, positions(consumer, partitions)));
                ends = consumer.endOffsets(partitions, ANSWER_WITHIN);
                lookAt = System.nanoTime() + LOOK_EVERY.toNanos();
            }
        }
    }

    private static Map<TopicPartition, Long> positions(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        var positions = new HashMap<TopicPartition, Long>();
        for (TopicPartition partition : partitions) {
            positions.put(partition, consumer.position(partition, ANSWER_WITHIN));
        }
        return positions;
    }

    private static boolean hasReached(
            Map<TopicPartition, Long> ends, Map<TopicPartition, Long> positions) {
        return ends.entrySet().stream()
                .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Skips an unreadable record; the sinks report it. */
    private void hear(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.key() != null && record.value() != null) {
                listener.heard(
                        new JobId(new String(record.key(), UTF_8)),
                        record.value().length,
                        () -> Wire.decode(record.value(), JobEvent.class));
            }
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.toString())
                    .log("unreadable event skipped");
        }
    }

    private void logFailure(Throwable e) {
        if (!closed && !failedBefore) {
            LOG.atWarn()
                    .addKeyValue("topic", Topics.EVENTS)
                    .addKeyValue("error", e.toString())
                    .log("cannot follow events; waiting calls are answered by the sink");
        }
        failedBefore = true;
    }

    private void pause() {
        long until = System.nanoTime() + PAUSE_AFTER_ERROR.toNanos();
        while (!closed && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(WAKE_EVERY.toNanos());
        }
    }
}
