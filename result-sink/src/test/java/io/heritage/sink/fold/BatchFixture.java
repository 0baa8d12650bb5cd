package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Batch;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.FakeWebhooks;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.BatchProgress;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A batch of three jobs, folded in the partition that they are in. */
@SuppressWarnings("NullAway.Init")
abstract class BatchFixture {
    static final String QUEUE = Topics.jobs(ENDPOINT, Lane.HIGH);
    static final int JOBS = 3;

    @TempDir Path stateDir;
    final MovingClock clock = new MovingClock(Instant.parse("2026-11-29T10:00:00Z"));
    final Samples samples = new Samples(clock);
    TopologyTestDriver driver;
    TestInputTopic<String, byte[]> events;
    TestOutputTopic<String, byte[]> queue;
    TestOutputTopic<String, byte[]> said;
    TestOutputTopic<String, byte[]> commands;
    Job batch;

    @BeforeEach
    void open() {
        SinkConfig config = Samples.config(stateDir, false);
        var queues = new FakeQueueStarts();
        var rules =
                new JobRules(
                        config,
                        Map.of(ENDPOINT, Samples.endpoint()),
                        new WorkerPresence(clock),
                        queues,
                        clock);
        var fold =
                new JobFold(
                        config,
                        1,
                        false,
                        rules,
                        queues,
                        new Waiters(),
                        new FakeWebhooks(),
                        new WebhookResends(),
                        new FoldPulse(System::nanoTime),
                        new FoldProgress(),
                        new QueueOrder(),
                        new Turns(_ -> 1, 1),
                        new FoldMeters(Meters.none()),
                        Traces.none(),
                        clock);
        Properties settings =
                StreamsSettings.of(
                        config,
                        TopologyFixture.kafka(),
                        new HostInfo("127.0.0.1", 1),
                        new AtomicLong());
        driver =
                new TopologyTestDriver(
                        new JobTopology(List.of(ENDPOINT), 1, queues, fold, Set.of())
                                .addTo(new StreamsBuilder())
                                .build(),
                        settings,
                        clock.instant());
        events =
                driver.createInputTopic(
                        Topics.EVENTS, new StringSerializer(), new ByteArraySerializer());
        queue = output(QUEUE);
        said = output(Topics.EVENTS);
        commands = output(Topics.COMMANDS);
        batch = batch(JOBS);
    }

    Job batch(int jobs) {
        Job plain = samples.job();
        ObjectNode inputs = (ObjectNode) Samples.json("{'input':{'steps':8}}");
        ArrayNode own = inputs.putArray("inputs");
        for (int seed = 0; seed < jobs; seed++) {
            own.addObject().put("seed", seed);
        }
        return new Job(
                plain.id(),
                plain.endpoint(),
                plain.kind(),
                plain.owner(),
                Payload.ofJson(inputs),
                plain.policy(),
                null,
                plain.reply(),
                plain.submittedAt(),
                0,
                null,
                null,
                null,
                new Batch.Whole(jobs),
                null);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    TestOutputTopic<String, byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic, new StringDeserializer(), new ByteArrayDeserializer());
    }

    void happens(JobEvent event) {
        events.pipeInput(event.jobId().value(), Wire.encode(event));
    }

    void submit() {
        happens(new JobEvent.Submitted(batch, clock.instant(), null));
    }

    void starts(int index) {
        happens(new JobEvent.Started(id(index), clock.instant(), 1, WORKER));
    }

    void completes(int index) {
        happens(
                new JobEvent.Completed(
                        id(index),
                        clock.instant(),
                        1,
                        WORKER,
                        Payload.ofJson(Samples.json("{'made':1}"))));
    }

    void fails(int index) {
        happens(new JobEvent.Failed(id(index), clock.instant(), 1, WORKER, "broken", null));
    }

    void pass(Duration time) {
        clock.move(time);
        driver.advanceWallClockTime(time);
    }

    JobId id(int index) {
        return Batch.id(batch.id(), index);
    }

    JobState state(JobId id) {
        return JobStore.find(store(), id).orElseThrow().state();
    }

    JsonNode told() {
        return new BatchProgress(BatchStore.all(store(), batch.id(), JOBS)).told(batch.id());
    }

    List<Job> queued() {
        return queue.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, Job.class))
                .toList();
    }

    /** Jobs that were submitted, or asked where they stand. */
    List<JobId> asked() {
        return said.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, JobEvent.class))
                .filter(JobEvent.Submitted.class::isInstance)
                .map(JobEvent::jobId)
                .toList();
    }

    KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobStore.STORE);
    }

    List<String> keysOfTheBatch() {
        var keys = new ArrayList<String>();
        try (var all = store().all()) {
            all.forEachRemaining(entry -> {
                if (entry.key.contains(batch.id().value()) && !entry.key.startsWith("~")) {
                    keys.add(entry.key);
                }
            });
        }
        return keys;
    }

    void forgetTheBatch() {
        var jobs = new JobStore(store(), places());
        jobs.remove(Objects.requireNonNull(jobs.get(batch.id())));
        new BatchStore(store()).drop(batch.id());
    }

    static WaitingPlaces places() {
        return new WaitingPlaces();
    }

    /** As if what was said to make it had been lost. */
    void forget(int index) {
        JobId id = id(index);
        new JobStore(store(), places())
                .remove(Objects.requireNonNull(new JobStore(store(), places()).get(id)));
        try (var entries = store().range(";" + batch.id() + ".", ";" + batch.id() + "/")) {
            entries.forEachRemaining(entry -> {
                if (Integer.parseInt(entry.key.substring(entry.key.length() - 8), 16) == index) {
                    store().delete(entry.key);
                }
            });
        }
    }
}
