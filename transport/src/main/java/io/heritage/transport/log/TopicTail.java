package io.heritage.transport.log;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows a topic of one partition on a separate thread, until closed. */
final class TopicTail implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> listener;
    private final CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closed;

    private TopicTail(
            String topic,
            Instant since,
            Consumer<byte[], byte[]> consumer,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        this.topic = topic;
        this.consumer = consumer;
        this.listener = listener;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("heritage-tail-" + topic)
                        .unstarted(() -> run(since));
    }

    /**
     * Returns when the listener has got all records that existed at the call.
     *
     * @throws TransportUnavailable if the topic cannot be read
     */
    static TopicTail start(
            String topic,
            Instant since,
            Consumer<byte[], byte[]> consumer,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> listener) {
        var tail = new TopicTail(topic, since, consumer, listener);
        tail.thread.start();
        try {
            var _ = tail.caughtUp.get();
            return tail;
        } catch (ExecutionException e) {
            throw new TransportUnavailable("cannot read " + topic, e.getCause());
        } catch (InterruptedException e) {
            tail.close();
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading " + topic, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Instant since) {
        try (consumer) {
            new BoundedTopicReader(consumer, List.of(new TopicPartition(topic, 0)))
                    .readToEnd(since, this::hear);
            caughtUp.complete(true);
            while (!closed) {
                hearNext();
            }
        } catch (WakeupException e) {
            caughtUp.completeExceptionally(e);
        } catch (KafkaException e) {
            caughtUp.completeExceptionally(e);
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .log("topic is no longer readable");
        }
    }

    private void hearNext() {
        try {
            consumer.poll(POLL).forEach(this::hear);
        } catch (WakeupException | AuthorizationException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("error", e.toString())
                    .log("cannot read topic; will retry");
            pause();
        }
    }

    /** Logs a failure of the listener and continues with the next record. */
    private void hear(ConsumerRecord<byte[], byte[]> record) {
        try {
            listener.accept(record);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .addKeyValue("offset", record.offset())
                    .log("record skipped");
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_ERROR);
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
