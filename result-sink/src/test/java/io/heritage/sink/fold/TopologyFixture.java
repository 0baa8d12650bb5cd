package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;

import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.FakeWebhooks;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The fold of jobs on a topology driver, with a clock that the tests move. */
@SuppressWarnings("NullAway.Init")
abstract class TopologyFixture {
    static final String QUEUE = Topics.jobs(ENDPOINT, Lane.HIGH);
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    @TempDir Path stateDir;
    final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    final Samples samples = new Samples(clock);
    final WorkerPresence workers = new WorkerPresence(clock);
    final WebhookResends resends = new WebhookResends();
    final FakeQueueStarts queues = new FakeQueueStarts();
    final FakeWebhooks webhooks = new FakeWebhooks();
    final FoldPulse pulse =
            new FoldPulse(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos());
    final QueueOrder order = new QueueOrder();
    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                            .build())
                            .build());
    final MetricsPage page = new MetricsPage();
    final AtomicLong badRecords = new AtomicLong();
    long submitted;
    TopologyTestDriver driver;
    TestInputTopic<String, byte[]> jobs;
    TestInputTopic<String, byte[]> events;
    TestOutputTopic<String, byte[]> queue;
    TestOutputTopic<String, byte[]> said;
    TestOutputTopic<String, byte[]> commands;

    @BeforeEach
    void open() {
        open(Samples.config(stateDir, false));
    }

    void open(SinkConfig config) {
        var rules =
                new JobRules(config, Map.of(ENDPOINT, Samples.endpoint()), workers, queues, clock);
        var topology =
                new JobTopology(
                        List.of(ENDPOINT),
                        1,
                        queues,
                        new JobFold(
                                config,
                                1,
                                false,
                                rules,
                                queues,
                                new Waiters(),
                                webhooks,
                                resends,
                                pulse,
                                new FoldProgress(),
                                order,
                                new Turns(_ -> 1, 1),
                                new FoldMeters(page.meters()),
                                traces,
                                clock),
                        Set.of());
        Properties settings =
                StreamsSettings.of(config, kafka(), new HostInfo("127.0.0.1", 1), badRecords);
        driver =
                new TopologyTestDriver(
                        topology.addTo(new StreamsBuilder()).build(), settings, clock.instant());
        jobs = input(QUEUE);
        events = input(Topics.EVENTS);
        queue = output(QUEUE);
        said = output(Topics.EVENTS);
        commands = output(Topics.COMMANDS);
    }

    @AfterEach
    void close() {
        driver.close();
        page.close();
    }

    Job submit(Job job) {
        jobs.pipeInput(job.id().value(), Wire.encode(job));
        submitted++;
        return job;
    }

    void happens(JobEvent event) {
        events.pipeInput(event.jobId().value(), Wire.encode(event));
    }

    void pass(Duration time) {
        clock.move(time);
        driver.advanceWallClockTime(time);
    }

    /** Time passes while a worker says all along what it does. */
    void passWith(Phase phase, @Nullable JobId job, Duration time) {
        for (Duration t = Duration.ZERO; t.compareTo(time) < 0; t = t.plus(HEARTBEAT)) {
            workers.heartbeat(samples.worker(phase, job));
            pass(HEARTBEAT);
        }
    }

    Command command() {
        return Wire.decode(commands.readValue(), Command.class);
    }

    JobState state(Job job) {
        return tracked(job).state();
    }

    TrackedJob tracked(Job job) {
        return JobStore.find(store(), job.id()).orElseThrow();
    }

    @Nullable TrackedJob find(JobId id) {
        return JobStore.find(store(), id).orElse(null);
    }

    /** But for the mark that former versions' jobs are listed. */
    List<String> keys() {
        var keys = new ArrayList<String>();
        try (var all = store().all()) {
            all.forEachRemaining(e -> keys.add(e.key));
        }
        keys.remove("/");
        return keys;
    }

    KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobStore.STORE);
    }

    static KafkaConfig kafka() {
        KafkaConfig d = KafkaConfig.defaults();
        return new KafkaConfig(
                "unused:1",
                d.properties(),
                1,
                1,
                1,
                d.mediaRetention(),
                d.mediaRetentionBytes(),
                d.uploadTimeout(),
                d.concurrentUploads(),
                d.uploadBufferBytes());
    }

    TestInputTopic<String, byte[]> input(String topic) {
        return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
    }

    TestOutputTopic<String, byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
