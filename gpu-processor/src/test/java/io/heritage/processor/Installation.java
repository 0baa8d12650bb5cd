package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.ResidencyConfig;
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
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.memory.MemoryTransport;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The gateway's and sink's side of a job, for one endpoint at a time: on the heap, or on a broker
 * where that is the point.
 */
public abstract class Installation implements AutoCloseable {
    static final long MAX_RESULT_BYTES = 24_000_000;

    /** Two frames of the tests' pictures at most. */
    static final long STREAM_PART_BYTES = 2_000_000;

    static final int DELIVERY_LIMIT = 10;
    static final int START_LIMIT = 3;

    /**
     * The queue of one worker: its grace is long, so that it gives back no job that it is slow to
     * take.
     */
    static final QueueSettings QUEUE =
            new QueueSettings(
                    Duration.ofSeconds(15),
                    DELIVERY_LIMIT,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5));

    private static final Duration DEADLINE = Duration.ofSeconds(180);

    /** Other tests of the JVM may use the same broker. */
    private static final AtomicInteger ENDPOINTS = new AtomicInteger();

    private final Clock clock = Clock.systemUTC();
    public final Ports transport;

    /** What its processors record. */
    public final MetricsPage page = new MetricsPage();

    Installation(Ports transport) {
        this.transport = transport;
    }

    public static Installation inMemory() {
        return new InMemory(new MemoryTransport(Clock.systemUTC()));
    }

    private static final class InMemory extends Installation {
        private final MemoryTransport memory;

        private InMemory(MemoryTransport memory) {
            super(memory);
            this.memory = memory;
        }

        @Override
        List<JobEvent> events() {
            return memory.events().all();
        }
    }

    public EndpointConfig newEndpoint(EndpointKind kind) {
        EndpointConfig endpoint =
                EndpointConfig.defaults(new EndpointId("e" + ENDPOINTS.getAndIncrement()), kind);
        transport.createTopics(List.of(endpoint.id()), QUEUE);
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
                e.syncResultRetention(),
                e.webhookSecret(),
                e.webhookHeaders());
    }

    /** A config whose worker has the test's name; models are looked for where none are. */
    public static ProcessorConfig config(Duration grace) {
        return config(grace, ProcessorConfig.defaults().hangTimeout(), WanConfig.defaults());
    }

    public static ProcessorConfig config(Duration grace, Duration hangTimeout, WanConfig wan) {
        return config(grace, hangTimeout, wan, ResidencyConfig.defaults());
    }

    /** With models that are loaded first or kept. */
    static ProcessorConfig config(ResidencyConfig residency) {
        var d = ProcessorConfig.defaults();
        return config(Duration.ZERO, d.hangTimeout(), d.wan(), residency);
    }

    private static ProcessorConfig config(
            Duration grace, Duration hangTimeout, WanConfig wan, ResidencyConfig residency) {
        ProcessorConfig d = ProcessorConfig.defaults();
        return new ProcessorConfig(
                new WorkerId("worker"),
                Path.of("target/no-models"),
                "cpu",
                d.rifePrecision(),
                1,
                d.encoder(),
                grace,
                hangTimeout,
                d.minImageSide(),
                d.maxImageMegapixels(),
                MAX_RESULT_BYTES,
                STREAM_PART_BYTES,
                d.heartbeat(),
                d.uploads(),
                wan,
                residency);
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
        return new ProcessorPorts(
                () -> transport.queue(ids, config.worker(), QUEUE),
                transport.windows(),
                transport.events(),
                transport.media(),
                transport.results(),
                transport.commands(),
                transport.workers(),
                transport.controls(),
                page.meters(),
                Traces.none());
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

    void cancel(Job job) {
        transport.commands().broadcast(new Command.Cancel(job.id(), clock.instant()));
    }

    /** All that the log has now. */
    abstract List<JobEvent> events();

    List<JobEvent> events(Job job) {
        return events().stream().filter(event -> event.jobId().equals(job.id())).toList();
    }

    public <E extends JobEvent> E await(Job job, Class<E> type) {
        return type.cast(await(job, type::isInstance));
    }

    public JobEvent await(Job job, Predicate<JobEvent> wanted) {
        return Awaitility.await()
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> events(job), events -> events.stream().anyMatch(wanted))
                .stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    /** Whether the queue has nothing left for a worker of this endpoint. */
    boolean isEmpty(EndpointConfig endpoint) throws InterruptedException {
        try (JobQueue queue = queue(endpoint, "inspector")) {
            return queue.take(Duration.ofSeconds(2)).isEmpty();
        }
    }

    JobQueue queue(EndpointConfig endpoint, String worker) {
        return transport.queue(List.of(endpoint.id()), new WorkerId(worker), QUEUE);
    }

    /** What a worker counts down when it has come so far. */
    public static void await(CountDownLatch reached) throws InterruptedException {
        assertThat(reached.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** A thread that has ended may be listed for a moment longer. */
    public static void awaitNoThread(String... prefixes) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(namesOfThreads(prefixes)).isEmpty());
    }

    private static Object[] namesOfThreads(String... prefixes) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> List.of(prefixes).stream().anyMatch(name::startsWith))
                .toArray();
    }

    @Override
    public void close() {
        transport.close();
        page.close();
    }
}
