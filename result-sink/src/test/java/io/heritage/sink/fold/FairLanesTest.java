package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners share a lane; workers are played here. */
@SuppressWarnings("NullAway.Init")
class FairLanesTest {
    private static final String LANE = Topics.jobs(ENDPOINT, Lane.HIGH);
    private static final String WAITING = Topics.waiting(LANE);
    private static final int WORKERS = 3;

    @TempDir Path stateDir;
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final WorkerPresence workers = new WorkerPresence(clock);
    private final FakeQueueStarts queues = new FakeQueueStarts();
    private final Turns turns = new Turns(_ -> WORKERS, 1);
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> lane;
    private TestInputTopic<String, byte[]> waiting;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, byte[]> written;

    /** What workers find in the lane, in its order. */
    private final Deque<Job> queue = new ArrayDeque<>();

    private final List<Job> begun = new ArrayList<>();

    @BeforeEach
    void open() {
        SinkConfig config = Samples.config(stateDir, false);
        var rules =
                new JobRules(config, Map.of(ENDPOINT, Samples.endpoint()), workers, queues, clock);
        var fold =
                new JobFold(
                        config,
                        1,
                        true,
                        rules,
                        queues,
                        new Waiters(),
                        new FakeWebhooks(),
                        new WebhookResends(),
                        new FoldPulse(System::nanoTime),
                        new FoldProgress(),
                        new QueueOrder(),
                        turns,
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
        lane = input(LANE);
        waiting = input(WAITING);
        events = input(Topics.EVENTS);
        written =
                driver.createOutputTopic(
                        LANE, new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private TestInputTopic<String, byte[]> input(String topic) {
        return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
    }

    private KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobStore.STORE);
    }

    private TrackedJob tracked(Job job) {
        return JobStore.find(store(), job.id()).orElseThrow();
    }

    private JobState state(Job job) {
        return tracked(job).state();
    }

    /** As a gateway that finds the owner has nothing in the lane. */
    private Job atOnce(Job job) {
        collect();
        lane.pipeInput(job.id().value(), Wire.encode(job));
        queue.add(job);
        return job;
    }

    private Job waits(Job job) {
        waiting.pipeInput(job.id().value(), Wire.encode(job));
        return job;
    }

    private void happens(JobEvent event) {
        events.pipeInput(event.jobId().value(), Wire.encode(event));
    }

    private List<Job> collect() {
        List<Job> more =
                written.readValuesToList().stream()
                        .map(bytes -> Wire.decode(bytes, Job.class))
                        .toList();
        queue.addAll(more);
        return more;
    }

    private Job workerBegins() {
        collect();
        Job job = queue.remove();
        happens(samples.started(job, job.attemptsBefore() + 1));
        begun.add(job);
        return job;
    }

    private void pass(Duration time) {
        clock.move(time);
        driver.advanceWallClockTime(time);
    }

    private int waitsBefore(Job job) {
        int before = 0;
        while (!workerBegins().id().equals(job.id())) {
            before++;
        }
        return before;
    }

    @Test
    void thousandsOfJobsOfAKeyDelayAnothersFirstByOneJobAWorker() {
        Job first = atOnce(samples.job("alice"));
        for (int i = 0; i < 2_000; i++) {
            waits(samples.job("alice"));
        }
        assertThat(workerBegins().id()).isEqualTo(first.id());
        for (int i = 1; i < 2 * WORKERS; i++) {
            workerBegins();
        }
        Job other = atOnce(samples.job("bob"));
        assertThat(waitsBefore(other)).isLessThanOrEqualTo(WORKERS);
    }

    /** As that of a request with an Idempotency-Key, which the fold queues itself. */
    @Test
    void soDoesAFirstJobThatTheFoldQueues() {
        for (int i = 0; i < 100; i++) {
            waits(samples.job("alice"));
        }
        for (int i = 0; i < WORKERS; i++) {
            workerBegins();
        }
        Job other = samples.job("bob");
        happens(new JobEvent.Submitted(other, clock.instant(), null));
        assertThat(waitsBefore(other)).isLessThanOrEqualTo(WORKERS);
    }

    @Test
    void jobsOfABatchWaitForTheirTurns() {
        Job batch = batch("alice", 50);
        happens(new JobEvent.Submitted(batch, clock.instant(), null));
        assertThat(collect()).hasSize(WORKERS);
        Job other = waits(samples.job("bob"));
        assertThat(waitsBefore(other)).isLessThanOrEqualTo(WORKERS);
    }

    private Job batch(String owner, int jobs) {
        Job d = samples.job(owner);
        return new Job(
                d.id(),
                d.endpoint(),
                d.kind(),
                owner,
                Payload.ofJson(
                        Samples.json(
                                "{'input':{'steps':8},'inputs':[%s]}"
                                        .formatted(
                                                String.join(
                                                        ",", Collections.nCopies(jobs, "{}"))))),
                d.policy(),
                null,
                d.reply(),
                d.submittedAt(),
                0,
                null,
                null,
                null,
                new Batch.Whole(jobs),
                null);
    }

    @Test
    void threeJobsOfAKeyOfWeightThreeBeginWhileOneOfAnotherDoes() {
        for (int i = 0; i < 100; i++) {
            waits(samples.job("alice").weighing(3));
            waits(samples.job("bob"));
        }
        for (int i = 0; i < 80; i++) {
            workerBegins();
        }
        long ofAlice = begun.stream().filter(job -> job.owner().equals("alice")).count();
        assertThat(ofAlice).isBetween(58L, 62L);
    }

    /** Until then it waits where it does: a crash before loses nothing. */
    @Test
    void aJobIsInItsLaneOnceItsRecordIsReadFromThere() {
        Job job = waits(samples.job("alice"));
        assertThat(collect()).extracting(Job::id).containsExactly(job.id());
        assertThat(Objects.requireNonNull(tracked(job).place()).topic()).isEqualTo(LANE);
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        waits(job); // as read again after a crash
        assertThat(Objects.requireNonNull(tracked(job).place()).topic()).isEqualTo(LANE);
        assertThat(collect()).isEmpty();
    }

    /** Another sink may have given it its turn before this one had the partition. */
    @Test
    void theTurnOfAJobOfBeforeTheStartHasNumbersOfItsOwn() {
        pass(Duration.ofMinutes(4));
        Job early = waits(samples.job("alice"));
        pass(Duration.ofMinutes(2));
        Job later = waits(samples.job("alice"));
        assertThat(collect())
                .containsExactly(early.requeuedAfter(32), later); // a worker looks for the first
        assertThat(tracked(early).job()).isEqualTo(early.requeuedAfter(32));
        happens(samples.started(early, 33));
        happens(new JobEvent.HandedBack(early.id(), clock.instant(), 33, Samples.WORKER));
        assertThat(collect()).containsExactly(early.requeuedAfter(64));
    }

    /** As after a kill: the record is written, and that it was seen is not stored. */
    @Test
    void aTurnThatACrashHasForgottenIsGivenAgain() {
        Job job = waits(samples.job("alice"));
        TrackedJob seen = tracked(job);
        var place = new QueuePlace(WAITING, 0);
        new JobStore(store(), new WaitingPlaces())
                .put(seen, seen.withJob(job).at(place), clock.instant().plusSeconds(60));

        var opened = new WaitingPlaces();
        Turns.Seat seat = new Turns(_ -> 1, 1).begin(opened);
        var unused = new JobStore(store(), opened, seat::found);
        assertThat(seat.take()).containsExactly(place);
    }

    @Test
    void aPurgeTakesWhatWaitsAndWhatHadItsTurnSince() {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 20; i++) {
            jobs.add(waits(samples.job("alice")));
        }
        Job other = waits(samples.job("bob"));
        workerBegins();
        long last = Objects.requireNonNull(tracked(jobs.getLast()).place()).offset();
        // the ends of the queues as they were before any turn
        var purge =
                new JobEvent.QueuePurged(
                        JobId.forPurge(clock),
                        clock.instant(),
                        ENDPOINT,
                        "alice",
                        Map.of(LANE, 0L, WAITING, last));
        happens(purge);
        pass(JobProcessor.LOOKS);
        assertThat(jobs.subList(1, 19))
                .allSatisfy(job ->
                        assertThat(state(job))
                                .as("%d of 20", jobs.indexOf(job))
                                .isInstanceOf(JobState.Cancelled.class));
        assertThat(state(jobs.getFirst())).isInstanceOf(JobState.Running.class);
        assertThat(state(jobs.getLast())).isInstanceOf(JobState.Queued.class);
        assertThat(PurgeStore.purged(store(), purge.jobId())).hasValue(18);
        assertThat(CounterStore.sum(store(), ENDPOINT).inQueue()).isEqualTo(2);
        assertThat(collect()).extracting(Job::id).contains(other.id(), jobs.getLast().id());
    }

    @Test
    void aJobThatIsCancelledWhileItWaitsHasNoTurn() {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 5; i++) {
            jobs.add(waits(samples.job("alice")));
        }
        happens(new JobEvent.Cancelled(jobs.get(3).id(), clock.instant()));
        for (int i = 0; i < 4; i++) {
            workerBegins();
        }
        assertThat(begun)
                .extracting(Job::id)
                .containsExactly(
                        jobs.get(0).id(), jobs.get(1).id(), jobs.get(2).id(), jobs.get(4).id());
        assertThat(state(jobs.get(3))).isInstanceOf(JobState.Cancelled.class);
    }

    @Test
    void jobsThatAreRetriedWaitForTheirTurns() {
        Job job = waits(samples.job("alice"));
        int attempt = workerBegins().attemptsBefore() + 1;
        happens(samples.failed(job, attempt, "bad"));
        for (int i = 0; i < 10; i++) {
            waits(samples.job("alice"));
        }
        collect();
        Instant endedAt = ((JobState.Terminal) state(job)).at();
        happens(new JobEvent.Retried(job.id(), clock.instant(), endedAt, 33));
        assertThat(collect()).isEmpty();
        assertThat(Objects.requireNonNull(tracked(job).place()).topic()).isEqualTo(WAITING);
        assertThat(waitsBefore(job)).isEqualTo(10);
        assertThat(begun.getLast().attemptsBefore()).isGreaterThan(33);
        assertThat(state(job)).isInstanceOf(JobState.Running.class);
    }

    @Test
    void aJobThatIsHandedBackGoesIntoItsLaneAtOnce() {
        Job job = waits(samples.job("alice"));
        for (int i = 0; i < 10; i++) {
            waits(samples.job("alice"));
        }
        Job first = workerBegins();
        collect();
        happens(
                new JobEvent.HandedBack(
                        job.id(), clock.instant(), first.attemptsBefore() + 1, Samples.WORKER));
        assertThat(collect()).extracting(Job::id).containsExactly(job.id());
    }

    @Test
    void aJobThatWaitsTooLongTimesOutAndLeavesItsTurn() {
        for (int i = 0; i < 5; i++) {
            waits(samples.job("alice"));
        }
        pass(Samples.TTL.minusSeconds(1));
        Job last = waits(samples.job("alice"));
        pass(Duration.ofSeconds(2));
        assertThat(CounterStore.sum(store(), ENDPOINT).failed()).isEqualTo(5);
        assertThat(collect()).extracting(Job::id).endsWith(last.id());
    }
}
