package io.heritage.transport.log;

import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.ChunkFormat;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small records without linger: jobs, events, commands and heartbeats. Safe for any thread. */
public final class RecordProducer {
    private static final Logger LOG = LoggerFactory.getLogger(RecordProducer.class);

    private final Producer<byte[], byte[]> producer;
    private final Traces traces;

    /**
     * @param traces where records are spans that are sent as such
     */
    public RecordProducer(Producer<byte[], byte[]> producer, Traces traces) {
        this.producer = producer;
        this.traces = traces;
    }

    /**
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    void sendAndWait(String topic, String key, byte[] value) {
        send(topic, key, value).await();
    }

    /** Does not wait for Kafka, unless the buffer is full. */
    Sent send(String topic, String key, byte[] value) {
        return send(topic, null, key, value, Told.NOBODY);
    }

    /**
     * As {@link #send}; the record is a span of the trace, if there is one, until Kafka has
     * acknowledged it.
     *
     * @param traceparent null for the trace that the thread's work belongs to
     * @param value makes the record from the {@code traceparent} for its reader, which is null
     *     without a trace
     */
    Sent sendTraced(
            String topic,
            String key,
            @Nullable String traceparent,
            Function<@Nullable String, byte[]> value) {
        TraceSpan span = traces.goOn(TraceSpan.Kind.PRODUCER, "send " + topic, traceparent);
        span.messaging("send", "send", topic);
        span.put("messaging.message.id", key);
        try (var _ = span.enter()) {
            return send(topic, null, key, value.apply(span.traceparent()), new Told(span));
        }
    }

    /**
     * The same record into every partition of the topic.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    void sendEverywhereAndWait(String topic, String key, byte[] value) {
        var sent = new ArrayList<Sent>();
        for (int partition = 0; partition < partitionsOf(topic); partition++) {
            sent.add(send(topic, partition, key, value, Told.NOBODY));
        }
        sent.forEach(Sent::await);
    }

    /** A record that Kafka rejects is logged and dropped. */
    void post(String topic, String key, byte[] value) {
        var _ = send(topic, null, key, value, Told.NOBODY);
    }

    /**
     * Deletes a key of a compacted topic.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    void delete(String topic, String key) {
        send(topic, null, key, null, Told.NOBODY).await();
    }

    int partitionsOf(String topic) {
        try {
            return producer.partitionsFor(topic).size();
        } catch (KafkaException e) {
            throw new TransportUnavailable("cannot reach the topic " + topic, e);
        }
    }

    /**
     * @param partition null for the one of the key
     * @param value null deletes what has the key
     */
    private Sent send(
            String topic,
            @Nullable Integer partition,
            String key,
            byte @Nullable [] value,
            Told told) {
        var acknowledged = new CompletableFuture<Boolean>();
        try {
            var _ =
                    producer.send(
                            record(topic, partition, key, value),
                            (where, problem) -> {
                                told.ended(where, problem);
                                settle(acknowledged, topic, key, problem);
                            });
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            told.ended(null, e);
            settle(acknowledged, topic, key, e);
        } catch (KafkaException e) {
            told.ended(null, e);
            settle(acknowledged, topic, key, e);
        }
        return new Sent("a record of %s in %s".formatted(key, topic), acknowledged);
    }

    /** The span of a record, which ends with Kafka's answer. */
    private record Told(@Nullable TraceSpan span) {
        static final Told NOBODY = new Told(null);

        void ended(@Nullable RecordMetadata where, @Nullable Exception problem) {
            if (span == null) {
                return;
            }
            if (problem != null) {
                span.failed(problem.getClass().getSimpleName());
            } else if (where != null) {
                span.partition(where.partition());
            }
            span.end();
        }
    }

    /** Adds the trace context of the current thread. */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, @Nullable Integer partition, String key, byte @Nullable [] value) {
        var record = new ProducerRecord<>(topic, partition, ChunkFormat.utf8(key), value);
        String trace = TraceContext.current();
        if (trace != null) {
            record.headers().add(TraceContext.HEADER, ChunkFormat.utf8(trace));
        }
        return record;
    }

    private static void settle(
            CompletableFuture<Boolean> acknowledged,
            String topic,
            String key,
            @Nullable Exception problem) {
        if (problem == null) {
            acknowledged.complete(true);
        } else if (acknowledged.completeExceptionally(problem)) {
            logLost(topic, key, problem);
        }
    }

    private static void logLost(String topic, String key, Exception problem) {
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("key", key)
                .addKeyValue("error", problem.toString())
                .log("Kafka rejected a record");
    }
}
