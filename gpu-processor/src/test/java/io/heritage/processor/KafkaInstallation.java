package io.heritage.processor;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import io.heritage.transport.KafkaPorts;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.TestBroker;
import io.heritage.transport.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An installation on a broker, which the caller owns. */
final class KafkaInstallation extends Installation {
    private final String bootstrapServers;
    private final Consumer<byte[], byte[]> log;
    private final List<JobEvent> heard = new ArrayList<>();

    KafkaInstallation(TestBroker broker) {
        super(new KafkaPorts(broker.config(), QUEUE));
        this.bootstrapServers = broker.bootstrapServers();
        transport.createTopics(List.of(), QUEUE);
        this.log = eventLog(bootstrapServers);
    }

    /** As the installation's own. */
    static KafkaTransport transport(String bootstrapServers) {
        return KafkaTransport.open(
                TestBroker.config(bootstrapServers), QUEUE, Clock.systemUTC(), new Random(1));
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** A record as another version might write it. */
    void submitRaw(EndpointConfig endpoint, String json) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.jobs(endpoint.id(), Lane.HIGH),
                                    json.getBytes(StandardCharsets.UTF_8)))
                    .get(2, TimeUnit.MINUTES);
        }
    }

    @Override
    synchronized List<JobEvent> events() {
        Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
            for (var record : log.poll(Duration.ofMillis(100))) {
                heard.add(Wire.decode(record.value(), JobEvent.class));
            }
        }
        return List.copyOf(heard);
    }

    /** Reads the event log from its begin; cheaper than {@code history} for each look. */
    private static Consumer<byte[], byte[]> eventLog(String bootstrapServers) {
        var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(Topics.EVENTS).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    @Override
    public void close() {
        log.close();
        super.close();
    }
}
