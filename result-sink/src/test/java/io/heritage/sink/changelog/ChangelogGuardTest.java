package io.heritage.sink.changelog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A fold that keeps the last value of each key, on a real broker. */
@ExtendWith(SharedBroker.class)
class ChangelogGuardTest {
    private static final String STORE = "last";
    private static final Duration SOON = Duration.ofMinutes(1);

    private final String application = "guarded-" + UUID.randomUUID();
    private final String input = application + "-input";
    private final TopicPartition changelog =
            new TopicPartition("%s-%s-changelog".formatted(application, STORE), 0);
    private final AtomicLong clock = new AtomicLong();
    private final ProcessStops stops = new ProcessStops(clock::get, () -> 0);
    private final AtomicInteger begun = new AtomicInteger();

    @TempDir private Path folder;
    private Map<String, Object> clients;
    private Admin admin;
    private KafkaProducer<String, String> producer;
    private KafkaStreams streams;

    /** Keeps what it is told. */
    private final class Fold implements Processor<String, String, String, String> {
        private @Nullable KeyValueStore<String, byte[]> state;

        @Override
        public void init(ProcessorContext<String, String> context) {
            state = context.getStateStore(STORE);
            begun.incrementAndGet();
        }

        @Override
        public void process(Record<String, String> record) {
            Objects.requireNonNull(state).put(record.key(), record.value().getBytes(UTF_8));
        }
    }

    @BeforeEach
    void start(TestBroker broker) throws Exception {
        clients = Map.of("bootstrap.servers", broker.config().bootstrapServers());
        admin = Admin.create(clients);
        admin.createTopics(List.of(new NewTopic(input, 1, (short) 1)))
                .all()
                .get(2, TimeUnit.MINUTES);
        producer = new KafkaProducer<>(clients, new StringSerializer(), new StringSerializer());
        var guard =
                new ChangelogGuard(
                        application, STORE, admin, clients, stops, Duration.ofMillis(300));
        var builder = new StreamsBuilder();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(STORE),
                                Serdes.String(),
                                Serdes.ByteArray())
                        .withLoggingEnabled(Map.of()));
        builder.stream(input, Consumed.with(Serdes.String(), Serdes.String()))
                .process(guard.around(Fold::new), STORE);
        var settings = new Properties();
        settings.putAll(clients);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        settings.put(StreamsConfig.producerPrefix("linger.ms"), 0);
        streams = new KafkaStreams(builder.build(), settings, guard);
        streams.setGlobalStateRestoreListener(guard);
        streams.start();
    }

    @AfterEach
    void stop() {
        streams.close();
        producer.close();
        stops.close();
        admin.close();
    }

    @Test
    void whatAnotherSinkWritesLaterIsWrittenOver() throws Exception {
        fold("COMPLETED");
        Awaitility.await().atMost(SOON).until(() -> "COMPLETED".equals(last().get("job")));

        write("job", "IN_PROGRESS");
        write("deadline", "soon");

        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() ->
                        assertThat(last())
                                .containsEntry("job", "COMPLETED")
                                .containsEntry("deadline", null));
        fold("EXPIRED");
        Awaitility.await().atMost(SOON).until(() -> "EXPIRED".equals(last().get("job")));
        assertThat(begun).as("tasks").hasValue(1);
    }

    @Test
    void afterAStandstillTheGroupIsJoinedAgainBeforeAnythingIsWritten() throws Exception {
        fold("IN_QUEUE");
        Awaitility.await().atMost(SOON).until(() -> "IN_QUEUE".equals(last().get("job")));
        assertThat(begun).as("tasks").hasValue(1);

        clock.addAndGet(Duration.ofSeconds(20).toNanos());
        fold("IN_PROGRESS");

        Awaitility.await().atMost(SOON).until(() -> "IN_PROGRESS".equals(last().get("job")));
        assertThat(begun).as("tasks").hasValue(2);
        fold("COMPLETED");
        Awaitility.await().atMost(SOON).until(() -> "COMPLETED".equals(last().get("job")));
        assertThat(begun).as("tasks").hasValue(2);
    }

    private void fold(String state) throws Exception {
        producer.send(new ProducerRecord<>(input, "job", state)).get(2, TimeUnit.MINUTES);
    }

    private void write(String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(changelog.topic(), changelog.partition(), key, value))
                .get(2, TimeUnit.MINUTES);
    }

    /** What a restoration would give; null for what is deleted. */
    private Map<String, @Nullable String> last() {
        var last = new HashMap<String, @Nullable String>();
        try (var consumer =
                new KafkaConsumer<>(clients, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(changelog));
            consumer.seekToBeginning(List.of(changelog));
            long end =
                    Objects.requireNonNull(consumer.endOffsets(List.of(changelog)).get(changelog));
            while (consumer.position(changelog) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> last.put(record.key(), record.value()));
            }
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            return last; // the topic is not there yet
        }
        return last;
    }
}
