package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.WanConfig;
import io.heritage.processor.interpolate.EngineLoader;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.queue.QueueSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A real broker, and the gateway's and sink's side of a job, for one endpoint at a time. */
public final class Installation implements AutoCloseable {
    static final long MAX_RESULT_BYTES = 24_000_000;
    static final int DELIVERY_LIMIT = 10;
    static final int START_LIMIT = 3;
    private static final int EVENT_PARTITIONS = 2;
    private static final Duration DEADLINE = Duration.ofSeconds(180);

    private final EmbeddedBroker broker;
    private final Clock clock = Clock.systemUTC();
    public final KafkaTransport transport;
    private final Consumer<byte[], byte[]> log;
    private final List<JobEvent> heard = new ArrayList<>();
    private int endpoints;

    private Installation(EmbeddedBroker broker) {
        this.broker = broker;
        this.transport = transport(broker.bootstrapServers());
        transport.createTopics(List.of());
        this.log = logOf(broker);
    }

    /** As the installation's own. */
    static KafkaTransport transport(String bootstrapServers) {
        KafkaConfig defaults = KafkaConfig.defaults();
        return KafkaTransport.open(
                new KafkaConfig(
                        bootstrapServers,
                        Map.of(),
                        4,
                        EVENT_PARTITIONS,
                        1,
                        defaults.mediaRetention(),
                        defaults.mediaRetentionBytes(),
                        defaults.uploadTimeout(),
                        defaults.concurrentUploads(),
                        defaults.uploadBufferBytes()),
                new QueueSettings(
                        Duration.ofSeconds(15),
                        DELIVERY_LIMIT,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(5)),
                Clock.systemUTC(),
                new Random(1));
    }

    public static Installation start(Path dir) throws IOException {
        return new Installation(EmbeddedBroker.start(dir));
    }

    public EndpointConfig newEndpoint(EndpointKind kind) {
        EndpointConfig endpoint = EndpointConfig.defaults(new EndpointId("e" + endpoints++), kind);
        transport.createTopics(List.of(endpoint.id()));
        return endpoint;
    }

    static EndpointConfig withEngine(EndpointConfig e, EndpointConfig.Engine engine) {
        return new EndpointConfig(
                e.id(),
                e.kind(),
                engine,
                e.executionTimeout(),
                e.ttl(),
                e.reply(),
                e.resultRetention(),
                e.syncResultRetention());
    }

    /** A config whose worker has the test's name; models are looked for where none are. */
    public static ProcessorConfig config(Duration grace) {
        return config(grace, ProcessorConfig.defaults().hangTimeout(), WanConfig.defaults());
    }

    public static ProcessorConfig config(Duration grace, Duration hangTimeout, WanConfig wan) {
        ProcessorConfig d = ProcessorConfig.defaults();
        return new ProcessorConfig(
                new WorkerId("worker"),
                Path.of("target/no-models"),
                "cpu",
                d.rifePrecision(),
                1,
                grace,
                hangTimeout,
                d.minImageSide(),
                d.maxImageMegapixels(),
                MAX_RESULT_BYTES,
                d.heartbeat(),
                wan);
    }

    Processor processor(
            List<EndpointConfig> endpoints, EngineLoader loader, Duration grace, Clock clock) {
        return processor(config(grace), endpoints, loader, clock);
    }

    public Processor processor(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            EngineLoader loader,
            Clock clock) {
        return processor(config, endpoints, ports(config, endpoints), loader, clock);
    }

    ProcessorPorts ports(ProcessorConfig config, List<EndpointConfig> endpoints) {
        List<EndpointId> ids = endpoints.stream().map(EndpointConfig::id).toList();
        return ProcessorPorts.of(transport, ids, config.worker());
    }

    Processor processor(
            ProcessorConfig config,
            List<EndpointConfig> endpoints,
            ProcessorPorts ports,
            EngineLoader loader,
            Clock clock) {
        return Processor.start(
                config,
                endpoints,
                START_LIMIT,
                ports,
                loader,
                () -> {
                    throw new AssertionError("the device was lost");
                },
                clock);
    }

    public static byte[] resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        Installation.class.getResourceAsStream(name), "resource " + name)) {
            return in.readAllBytes();
        }
    }

    public Job submit(EndpointConfig endpoint, String json, byte[]... media) throws IOException {
        return submit(endpoint, endpoint.defaultPolicy(), json, media);
    }

    /** In the json, {@code {"$media":0}} stands for the first of the media. */
    public Job submit(EndpointConfig endpoint, ExecutionPolicy policy, String json, byte[]... media)
            throws IOException {
        Job job = job(endpoint, policy, json, media);
        transport.jobs().submit(job);
        return job;
    }

    /** With its media stored, but not yet in its queue. */
    Job job(EndpointConfig endpoint, ExecutionPolicy policy, String json, byte[]... media)
            throws IOException {
        String key = JobId.forRun(clock).value();
        List<MediaRef> refs = new ArrayList<>();
        if (media.length > 0) {
            try (MediaUpload upload = transport.media().begin(key)) {
                for (byte[] bytes : media) {
                    MediaPart part = upload.part("input" + refs.size(), "image/png");
                    try (part) {
                        part.write(bytes);
                    }
                    refs.add(part.durable());
                }
            }
        }
        return job(endpoint, policy, json, refs);
    }

    public Job submit(EndpointConfig endpoint, String json, List<MediaRef> media)
            throws IOException {
        Job job = job(endpoint, endpoint.defaultPolicy(), json, media);
        transport.jobs().submit(job);
        return job;
    }

    private Job job(
            EndpointConfig endpoint, ExecutionPolicy policy, String json, List<MediaRef> media)
            throws IOException {
        return new Job(
                JobId.forRun(clock),
                endpoint.id(),
                endpoint.kind(),
                "tester",
                new Payload(Wire.json().readValue(json, ObjectNode.class), media),
                policy,
                null,
                endpoint.reply(),
                clock.instant(),
                0);
    }

    /** A record as another version might write it. */
    void submitRaw(EndpointConfig endpoint, String json) throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.jobs(endpoint.id(), Lane.HIGH),
                                    json.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    void cancel(Job job) {
        transport.commands().broadcast(new Command.Cancel(job.id(), clock.instant()));
    }

    /** All that the log has of the job now. */
    synchronized List<JobEvent> events(Job job) {
        Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
        while (ends.entrySet().stream()
                .anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
            for (var record : log.poll(Duration.ofMillis(100))) {
                heard.add(Wire.decode(record.value(), JobEvent.class));
            }
        }
        return heard.stream().filter(event -> event.jobId().equals(job.id())).toList();
    }

    /** Reads the event log from its begin; cheaper than {@code history} for each look. */
    private static Consumer<byte[], byte[]> logOf(EmbeddedBroker broker) {
        var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        var partitions =
                IntStream.range(0, EVENT_PARTITIONS)
                        .mapToObj(p -> new TopicPartition(Topics.EVENTS, p))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    public <E extends JobEvent> E await(Job job, Class<E> type) {
        return type.cast(await(job, type::isInstance));
    }

    public JobEvent await(Job job, Predicate<JobEvent> wanted) {
        Instant deadline = Instant.now().plus(DEADLINE);
        while (Instant.now().isBefore(deadline)) {
            List<JobEvent> events = events(job);
            for (JobEvent event : events) {
                if (wanted.test(event)) {
                    return event;
                }
            }
            pause();
        }
        throw new AssertionError("not within " + DEADLINE + "; events: " + events(job));
    }

    /** Whether the queue has nothing left for a worker of this endpoint. */
    boolean isEmpty(EndpointConfig endpoint) throws InterruptedException {
        try (var queue = transport.queue(List.of(endpoint.id()), new WorkerId("inspector"))) {
            return queue.take(Duration.ofSeconds(2)).isEmpty();
        }
    }

    /** A thread that has ended may be listed for a moment longer. */
    public static void awaitNoThread(String... prefixes) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(namesOfThreads(prefixes)).isEmpty());
    }

    private static Object[] namesOfThreads(String... prefixes) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> List.of(prefixes).stream().anyMatch(name::startsWith))
                .toArray();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        log.close();
        transport.close();
        broker.close();
    }
}
