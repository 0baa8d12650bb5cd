package io.heritage.transport.log;

import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.ChunkFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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

    public RecordProducer(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /**
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    void sendAndWait(String topic, String key, byte[] value) {
        sendAndWait(topic, Collections.singletonList(null), key, value);
    }

    /**
     * The same record into every partition of the topic.
     *
     * @throws TransportUnavailable if Kafka does not acknowledge in time
     */
    void sendEverywhereAndWait(String topic, String key, byte[] value) {
        List<@Nullable Integer> partitions = new ArrayList<>();
        for (int partition = 0; partition < partitionsOf(topic); partition++) {
            partitions.add(partition);
        }
        sendAndWait(topic, partitions, key, value);
    }

    /**
     * @param partitions null for the one that the key belongs to
     */
    private void sendAndWait(
            String topic, List<@Nullable Integer> partitions, String key, byte[] value) {
        var sent = new ArrayList<Future<RecordMetadata>>();
        try {
            for (Integer partition : partitions) {
                sent.add(send(topic, partition, key, value));
            }
            for (Future<RecordMetadata> one : sent) {
                var _ = one.get();
            }
        } catch (ExecutionException e) {
            throw unavailable(topic, key, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
            throw unavailable(topic, key, e);
        } catch (KafkaException e) {
            throw unavailable(topic, key, e);
        }
    }

    /** A record that Kafka does not take is logged and gone. */
    void post(String topic, String key, byte[] value) {
        try {
            var _ = send(topic, null, key, value);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            logLost(topic, key, e);
        } catch (KafkaException e) {
            logLost(topic, key, e);
        }
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
     */
    private Future<RecordMetadata> send(
            String topic, @Nullable Integer partition, String key, byte[] value) {
        return producer.send(
                new ProducerRecord<>(topic, partition, ChunkFormat.utf8(key), value),
                (where, problem) -> {
                    if (problem != null) {
                        logLost(topic, key, problem);
                    }
                });
    }

    private static void logLost(String topic, String key, Exception problem) {
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("key", key)
                .addKeyValue("error", problem.toString())
                .log("Kafka did not take a record");
    }

    private static TransportUnavailable unavailable(String topic, String key, Throwable cause) {
        return new TransportUnavailable(
                "Kafka did not acknowledge a record of %s in %s".formatted(key, topic), cause);
    }
}
