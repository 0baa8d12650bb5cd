package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
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
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.MemberState;
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
import java.util.Random;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of three jobs, folded in the partition that they are in. */
@SuppressWarnings("NullAway.Init")
class BatchesTest {
    private static final String QUEUE = Topics.jobs(ENDPOINT, Lane.HIGH);
    private static final int JOBS = 3;

    @TempDir Path stateDir;
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-29T10:00:00Z"));
    private final Samples samples = new Samples(clock);
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, byte[]> queue;
    private TestOutputTopic<String, byte[]> said;
    private TestOutputTopic<String, byte[]> commands;
    private Job batch;

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
                        JobTopologyTest.kafka(),
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

    private Job batch(int jobs) {
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

    private TestOutputTopic<String, byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void happens(JobEvent event) {
        events.pipeInput(event.jobId().value(), Wire.encode(event));
    }

    private void submit() {
        happens(new JobEvent.Submitted(batch, clock.instant(), null));
    }

    private void starts(int index) {
        happens(new JobEvent.Started(id(index), clock.instant(), 1, WORKER));
    }

    private void completes(int index) {
        happens(
                new JobEvent.Completed(
                        id(index),
                        clock.instant(),
                        1,
                        WORKER,
                        Payload.ofJson(Samples.json("{'made':1}"))));
    }

    private void fails(int index) {
        happens(new JobEvent.Failed(id(index), clock.instant(), 1, WORKER, "broken", null));
    }

    private void pass(Duration time) {
        clock.move(time);
        driver.advanceWallClockTime(time);
    }

    private JobId id(int index) {
        return Batch.id(batch.id(), index);
    }

    private JobState state(JobId id) {
        return JobStore.find(store(), id).orElseThrow().state();
    }

    private JsonNode told() {
        return new BatchProgress(BatchStore.all(store(), batch.id(), JOBS)).told(batch.id());
    }

    private List<Job> queued() {
        return queue.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, Job.class))
                .toList();
    }

    /** Jobs that were submitted, or asked where they stand. */
    private List<JobId> asked() {
        return said.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, JobEvent.class))
                .filter(JobEvent.Submitted.class::isInstance)
                .map(JobEvent::jobId)
                .toList();
    }

    private KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobStore.STORE);
    }

    private List<String> keysOfTheBatch() {
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

    @Test
    void itsJobsAreQueuedOnceHoweverOftenItIsSubmitted() {
        submit();
        submit();
        List<Job> queued = queued();
        assertThat(queued).extracting(Job::id).containsExactly(id(0), id(1), id(2));
        assertThat(queued)
                .extracting(job -> job.input().body())
                .containsExactly(
                        Samples.json("{'steps':8,'seed':0}"),
                        Samples.json("{'steps':8,'seed':1}"),
                        Samples.json("{'steps':8,'seed':2}"));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        assertThat(CounterStore.sum(store(), ENDPOINT).inQueue()).isEqualTo(JOBS);
        assertThat(CounterStore.sum(store(), ENDPOINT).inProgress()).isZero();
    }

    @Test
    void itTellsHowItsJobsStandAndEndsWithTheLast() {
        submit();
        starts(0);
        starts(2);
        completes(2);
        assertThat(told().path("in_queue").asInt()).isEqualTo(1);
        assertThat(told().path("in_progress").asInt()).isEqualTo(1);
        assertThat(told().path("completed").asInt()).isEqualTo(1);
        assertThat(told().at("/jobs/2/id").asText()).isEqualTo(id(2).value());
        assertThat(told().at("/jobs/2/status").asText()).isEqualTo("COMPLETED");
        fails(0);
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        happens(new JobEvent.Cancelled(id(1), clock.instant()));
        JobState.Completed done = (JobState.Completed) state(batch.id());
        assertThat(done.output().body().path("completed").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("failed").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("cancelled").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("progress").asDouble()).isEqualTo(1);
        assertThat(CounterStore.sum(store(), ENDPOINT).completed()).isEqualTo(1);
    }

    @Test
    void itFailsIfNoneOfItsJobsCompleted() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            fails(i);
        }
        assertThat(((JobState.Failed) state(batch.id())).error())
                .isEqualTo("none of the 3 jobs completed");
    }

    @Test
    void cancellingItEndsAllOfItsJobsThatHaveNot() {
        submit();
        starts(0);
        completes(0);
        starts(1);
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        assertThat(state(batch.id())).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(0))).isInstanceOf(JobState.Completed.class);
        assertThat(state(id(1))).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(2))).isInstanceOf(JobState.Cancelled.class);
        assertThat(
                        commands.readValuesToList().stream()
                                .map(bytes -> Wire.decode(bytes, Command.class).jobId()))
                .contains(id(1), id(2));
        assertThat(told().path("cancelled").asInt()).isEqualTo(2);
    }

    @Test
    void aPurgeTakesThoseThatWaitAndTheBatchEndsWithThem() {
        submit();
        starts(0);
        happens(
                new JobEvent.QueuePurged(
                        JobId.forPurge(clock),
                        clock.instant(),
                        ENDPOINT,
                        batch.owner(),
                        Map.of(QUEUE, 100L)));
        assertThat(told().path("cancelled").asInt()).isEqualTo(2);
        completes(0);
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void oneOfItsJobsMayBeRetriedAlsoAfterItsEnd() {
        submit();
        starts(0);
        completes(0);
        for (int i = 1; i < JOBS; i++) {
            starts(i);
            fails(i);
        }
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
        JobState.Failed failed = (JobState.Failed) state(id(1));
        queued();
        happens(new JobEvent.Retried(id(1), clock.instant(), failed.at(), 1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(1));
        pass(DividedJobs.FIRST_ASKED_AFTER.multipliedBy(3));
        assertThat(state(id(1))).isInstanceOf(JobState.Queued.class);
        assertThat(told().path("in_queue").asInt()).isEqualTo(1);
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void whatTimeDoesToItDoesNotConcernItsWorkers() {
        submit();
        pass(Samples.EXECUTION_TIMEOUT.multipliedBy(3));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        pass(Samples.TTL);
        assertThat(state(batch.id()).isTerminal()).isTrue();
        assertThat(state(id(0))).isInstanceOf(JobState.TimedOut.class);
    }

    /** What is said from one partition to another may be lost with a crash. */
    @Test
    void aJobThatWasNeverMadeIsMadeLater() {
        submit();
        forget(1);
        assertThat(queued()).hasSize(JOBS);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(1));
    }

    @Test
    void anEndThatTheBatchDidNotHearOfIsAskedFor() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            if (i < JOBS - 1) {
                completes(i);
            }
        }
        var known = new BatchStore(store());
        known.put(batch.id(), 0, MemberState.UNHEARD);
        completes(JOBS - 1);
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aCancellationThatAJobDidNotHearOfIsSaidAgainAndOneNeverMadeIsNotQueued() {
        submit();
        forget(1);
        queued();
        TrackedJob waiting = Objects.requireNonNull(new JobStore(store(), places()).get(id(2)));
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        var known = new BatchStore(store());
        known.put(batch.id(), 1, MemberState.UNHEARD);
        forget(1);
        new JobStore(store(), places())
                .put(
                        Objects.requireNonNull(new JobStore(store(), places()).get(id(2))),
                        waiting,
                        clock.instant().plusSeconds(3600));
        known.put(batch.id(), 2, new MemberState("IN_QUEUE", 0));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(id(1))).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(2))).isInstanceOf(JobState.Cancelled.class);
        assertThat(queued()).isEmpty();
    }

    @Test
    void jobsThatItHasHeardOfAreAskedSeldom() {
        submit();
        assertThat(asked()).containsExactly(id(0), id(1), id(2));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(asked()).isEmpty();
        pass(Duration.ofMinutes(11));
        assertThat(asked()).containsExactly(id(0), id(1), id(2));
    }

    @Test
    void aJobOfOneThatTimedOutMayBeRetried() {
        submit();
        pass(Samples.TTL);
        assertThat(state(batch.id())).isInstanceOf(JobState.TimedOut.class);
        JobState.TimedOut timedOut = (JobState.TimedOut) state(id(1));
        happens(new JobEvent.Retried(id(1), clock.instant(), timedOut.at(), 0));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(id(1))).isInstanceOf(JobState.Queued.class);
    }

    @Test
    void aJobWhoseEndItDidNotHearOfIsNotRunAgainAfterItsRetention() {
        submit();
        starts(0);
        completes(0);
        pass(Samples.endpoint().retentionOf(id(0)).plusMinutes(1));
        assertThat(JobStore.find(store(), id(0))).isEmpty();
        new BatchStore(store()).put(batch.id(), 0, MemberState.UNHEARD);
        queued();
        pass(Duration.ofMinutes(10));
        assertThat(told().at("/jobs/0/status").asText()).isEqualTo("COMPLETED");
        assertThat(queued()).extracting(Job::id).doesNotContain(id(0));
        assertThat(JobStore.find(store(), id(0))).isEmpty();
    }

    /** Where an idempotency key is used again after the retention of the batch. */
    @Test
    void anotherBatchOfTheSameIdHasJobsOfItsOwn() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            completes(i);
        }
        pass(Duration.ofMinutes(1));
        forgetTheBatch();
        queued();
        batch = batch.retriedAt(clock.instant(), 0); // the same, submitted later
        submit();
        assertThat(queued()).extracting(Job::id).containsExactly(id(0), id(1), id(2));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        assertThat(told().path("in_queue").asInt()).isEqualTo(JOBS);
    }

    /** The same, while a job of the batch before runs: its client has retried it. */
    @Test
    void whatAJobOfABatchBeforeTellsIsNotOfTheBatchOfTheSameId() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
        }
        fails(0);
        completes(1);
        completes(2);
        JobState.Failed failed = (JobState.Failed) state(id(0));
        pass(Duration.ofMinutes(1));
        queued();
        happens(new JobEvent.Retried(id(0), clock.instant(), failed.at(), 1));
        int attempt = queued().getFirst().attemptsBefore() + 1;
        happens(new JobEvent.Started(id(0), clock.instant(), attempt, WORKER));
        pass(Duration.ofMinutes(1));
        forgetTheBatch();
        queued();
        batch = batch.retriedAt(clock.instant(), 0); // the same, submitted later
        submit();
        assertThat(queued()).extracting(Job::id).containsExactly(id(1), id(2));
        happens(
                new JobEvent.Completed(
                        id(0),
                        clock.instant(),
                        attempt,
                        WORKER,
                        Payload.ofJson(Samples.json("{}"))));

        assertThat(told().at("/jobs/0/status").asText()).isEqualTo("IN_QUEUE");
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(0));
    }

    private void forgetTheBatch() {
        var jobs = new JobStore(store(), places());
        jobs.remove(Objects.requireNonNull(jobs.get(batch.id())));
        new BatchStore(store()).drop(batch.id());
    }

    /** Others of the partition wait for the thread. */
    @Test
    void aLargeBatchIsMadeInTurns() {
        batch = batch(2 * Batches.ASKED_AT_ONCE + 50);
        submit();
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).hasSize(50);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).isEmpty();
    }

    @Test
    void aLargeBatchThatIsCancelledWhileItIsMadeEndsWithAllOfItsJobs() {
        batch = batch(2 * Batches.ASKED_AT_ONCE + 50);
        submit();
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        for (int i = 0; i < 3; i++) {
            pass(JobProcessor.LOOKS);
        }
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        for (int i = 0; i < 2 * Batches.ASKED_AT_ONCE + 50; i++) {
            assertThat(state(id(i))).isInstanceOf(JobState.Cancelled.class);
        }
    }

    private static WaitingPlaces places() {
        return new WaitingPlaces();
    }

    /** As if what was said to make it had been lost. */
    private void forget(int index) {
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

    /** Whatever was read or written twice, and whatever news overtook each other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void newsThatComeAgainOrLateChangeNothing(long seed) {
        var random = new Random(seed);
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            if (random.nextBoolean()) {
                completes(i);
            } else {
                fails(i);
            }
        }
        completes(0);
        JobState end = state(batch.id());
        JsonNode told = told();
        List<JobEvent> news =
                said.readValuesToList().stream()
                        .map(bytes -> Wire.decode(bytes, JobEvent.class))
                        .filter(JobEvent.BatchMoved.class::isInstance)
                        .toList();
        assertThat(news).hasSizeGreaterThanOrEqualTo(3 * JOBS);
        for (int i = 0; i < 50; i++) {
            happens(news.get(random.nextInt(news.size())));
        }
        assertThat(told()).as("seed %d", seed).isEqualTo(told);
        assertThat(state(batch.id())).isEqualTo(end);
    }

    @Test
    void nothingOfItIsLeftAfterItsRetention() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            completes(i);
        }
        assertThat(keysOfTheBatch()).isNotEmpty();
        pass(Samples.endpoint().retentionOf(batch.id()).plusMinutes(1));
        pass(Duration.ofDays(2));
        assertThat(keysOfTheBatch()).isEmpty();
    }
}
