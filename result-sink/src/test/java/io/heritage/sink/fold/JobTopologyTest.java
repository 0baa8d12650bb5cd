package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.PartNews;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.FakeWebhooks;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.Turns;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.DivisionStore;
import io.heritage.sink.store.ExpiredJobStore;
import io.heritage.sink.store.JobCounters;
import io.heritage.sink.store.JobPage;
import io.heritage.sink.store.PartState;
import io.heritage.sink.store.ResultParts;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class JobTopologyTest {
    private static final String QUEUE = Topics.jobs(ENDPOINT, Lane.HIGH);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    @TempDir Path stateDir;
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final WorkerPresence workers = new WorkerPresence(clock);
    private final WebhookResends resends = new WebhookResends();
    private final FakeQueueStarts queues = new FakeQueueStarts();
    private final FakeWebhooks webhooks = new FakeWebhooks();
    private final QueueOrder order = new QueueOrder();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                            .build())
                            .build());
    private final AtomicLong badRecords = new AtomicLong();
    private long submitted;
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> jobs;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, byte[]> queue;
    private TestOutputTopic<String, byte[]> said;
    private TestOutputTopic<String, byte[]> commands;

    @BeforeEach
    void open() {
        SinkConfig config = Samples.config(stateDir, false);
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
                                new FoldPulse(System::nanoTime),
                                new FoldProgress(),
                                order,
                                new Turns(_ -> 1, 1),
                                new FoldMeters(Meters.none()),
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
    }

    @Test
    void aJobIsFoldedFromItsSubmissionAndItsEvents() {
        Job job = submit(samples.job());
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        happens(samples.started(job, 1));
        assertThat(state(job)).isInstanceOf(JobState.Running.class);
        happens(samples.completed(job, 1));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void theEndOfAnAttemptIsFoldedWithinItsTrace() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var header = new RecordHeaders();
        header.add("traceparent", ("00-" + trace + "-00f067aa0ba902b7-01").getBytes(UTF_8));
        Job job = submit(samples.job());
        for (JobEvent event : List.of(samples.started(job, 1), samples.completed(job, 1))) {
            events.pipeInput(new TestRecord<>(job.id().value(), Wire.encode(event), header));
        }
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(spans.getFinishedSpanItems())
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.getName()).isEqualTo("fold");
                    assertThat(span.getTraceId()).isEqualTo(trace);
                });
    }

    @Test
    void aHeaderThatIsNoTraceChangesNothing() {
        var header = new RecordHeaders();
        header.add("traceparent", new byte[] {(byte) 0xc3, 0, '-'});
        Job job = submit(samples.job());
        events.pipeInput(
                new TestRecord<>(job.id().value(), Wire.encode(samples.completed(job, 1)), header));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void eventsMayComeBeforeTheSubmission() {
        Job job = samples.job();
        happens(samples.started(job, 1));
        happens(samples.completed(job, 1));
        assertThat(tracked(job).isFinished()).isFalse();
        submit(job);
        assertThat(tracked(job).isFinished()).isTrue();
    }

    @Test
    void jobsOfVersionsWithoutAListAreListed() {
        Job job = submit(samples.job());
        keys().stream().filter(key -> key.startsWith(".")).forEach(store()::delete);
        store().delete("/");

        new JobStore(store(), new WaitingPlaces()).listJobsOfFormerVersions();

        var page = JobStore.list(store(), ENDPOINT, job.owner(), "", _ -> true, j -> j, 10, 10);
        assertThat(page.rows()).extracting(row -> row.job().id()).containsExactly(job.id());
    }

    /** A hundred jobs of a megabyte each are not held together. */
    @Test
    void ofAListedJobOnlyWhatIsShownIsKept() {
        submit(samples.job());
        Job job = submit(samples.job());
        var listed = new ArrayList<WeakReference<TrackedJob>>();

        JobPage<String> page =
                JobStore.list(
                        store(),
                        ENDPOINT,
                        job.owner(),
                        "",
                        found -> listed.add(new WeakReference<>(found)),
                        found -> found.id().value(),
                        10,
                        10);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    System.gc();
                    return listed.stream().allMatch(found -> found.refersTo(null));
                });
        assertThat(page.rows()).hasSize(2).hasSameSizeAs(listed);
    }

    @Test
    void whoWaitsBeforeAJobIsKnownAlsoAfterTheStoreWasOpenedAgain() {
        List<Job> waiting = List.of(submit(samples.job()), submit(samples.job()));
        Job last = submit(samples.job());
        QueuePlace place = Objects.requireNonNull(tracked(last).place());
        assertThat(order.before(place)).isEqualTo(2);
        happens(samples.started(waiting.getFirst(), 1));
        assertThat(order.before(place)).isEqualTo(1);
        happens(new JobEvent.Cancelled(waiting.getLast().id(), clock.instant()));
        assertThat(order.before(place)).isZero();
        happens(
                new JobEvent.HandedBack(
                        waiting.getFirst().id(), clock.instant(), 1, Samples.WORKER));
        Job behind = submit(samples.job());
        QueuePlace lastOfAll = Objects.requireNonNull(tracked(behind).place());
        assertThat(order.before(lastOfAll)).isEqualTo(2);

        var opened = new WaitingPlaces();
        var unused = new JobStore(store(), opened);
        assertThat(opened.before(lastOfAll)).isEqualTo(2);
        assertThat(opened.before(place)).isZero();
    }

    /** Two gateways at the same instant, then one of them again, then after the end. */
    @Test
    void submissionsOfOneKeyMakeOneQueueRecord() {
        Job job = samples.job();
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        happens(new JobEvent.Submitted(job, clock.instant(), "wrong"));
        assertThat(queue.readValuesToList()).hasSize(1);
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        assertThat(tracked(job).isPlaced()).as("the sink has read its queue record").isTrue();
        happens(samples.started(job, 1));
        happens(samples.completed(job, 1));
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(queue.isEmpty()).isTrue();
    }

    /** As after the kill of a sink whose state is stored and whose queue record is not. */
    @Test
    void aQueueRecordThatGotLostIsWrittenAgain() {
        Job job = samples.job();
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        queue.readValue();
        TrackedJob seen = tracked(job);
        TrackedJob lost = seen.at(null);
        new JobStore(store(), new WaitingPlaces()).put(seen, lost, clock.instant().plusSeconds(30));
        pass(Duration.ofSeconds(299));
        assertThat(queue.isEmpty()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(Wire.decode(queue.readValue(), Job.class))
                .isEqualTo(job.requeuedAfter(job.attemptsUpTo(0)));
        assertThat(tracked(job).isPlaced()).isTrue();
        pass(Duration.ofMinutes(20));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aRecordThatCannotBeReadIsCountedAndPassedBy() {
        Job job = submit(samples.job());
        events.pipeInput(job.id().value(), "no json".getBytes(UTF_8));
        events.pipeInput("another-id", Wire.encode(samples.started(job, 1)));
        happens(samples.completed(job, 1));
        assertThat(badRecords).hasValue(2);
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    /** Whoever passed it by would lose it for the version that can read it. */
    @Test
    void aRecordOfALaterVersionStopsTheFold() {
        Job job = submit(samples.job());
        byte[] later =
                new String(Wire.encode(samples.started(job, 1)), UTF_8)
                        .replace("\"v\":1", "\"v\":2")
                        .getBytes(UTF_8);
        assertThatThrownBy(() -> events.pipeInput(job.id().value(), later))
                .hasRootCauseMessage("message version 2, this process reads 1 to 1");
        assertThat(badRecords).hasValue(0);
    }

    @Nested
    class Time {
        @Test
        void aJobPastItsTtlIsReportedTimedOut() {
            Job job = submit(samples.job());
            pass(Samples.TTL.minusSeconds(1));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            pass(Duration.ofSeconds(2));
            assertThat(((JobState.TimedOut) state(job)).error()).isEqualTo("job expired");
            assertThat(said.readValue()).isNotNull();
            assertThat(said.isEmpty()).isTrue();
            assertThat(commands.isEmpty()).isTrue();
        }

        @Test
        void aJobThatRunsPastItsTtlIsStopped() {
            Job job = submit(samples.job());
            pass(Samples.TTL.minusSeconds(1));
            happens(samples.started(job, 1));
            pass(Duration.ofSeconds(2));
            assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
            assertThat(command().jobId()).isEqualTo(job.id());
        }

        @Test
        void aJobThatRunsTooLongFailsAndItsWorkerIsToldToStop() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusSeconds(10));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(Duration.ofSeconds(11));
            assertThat(((JobState.Failed) state(job)).error())
                    .isEqualTo("executionTimeout exceeded");
            assertThat(command().jobId()).isEqualTo(job.id());
        }

        @Test
        void theExecutionTimeCountsFromTheLastAttempt() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusMinutes(1));
            happens(samples.started(job, 2));
            passWith(Phase.RUNNING, job.id(), Duration.ofMinutes(5));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void aResultIsForgottenAfterItsRetention() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Samples.endpoint().resultRetention().minusSeconds(1));
            assertThat(find(job.id())).isNotNull();
            pass(Duration.ofSeconds(2));
            assertThat(find(job.id())).isNull();
            assertThat(ExpiredJobStore.find(store(), job.id()).orElseThrow().owner())
                    .isEqualTo(job.owner());
        }

        @Test
        void thatAJobExpiredIsKnownForADay() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Samples.endpoint().resultRetention().plusSeconds(1));
            pass(JobRules.EXPIRED_KNOWN.minusSeconds(1));
            assertThat(ExpiredJobStore.find(store(), job.id())).isPresent();
            pass(Duration.ofSeconds(2));
            assertThat(keys()).isEqualTo(List.of("#interpolate", "'"));
        }

        @Test
        void aClientMayHaveItsResultForgottenEarlierButNotLater() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            happens(expires(job, Duration.ofSeconds(6)));
            happens(expires(job, Duration.ofHours(1)));
            pass(Duration.ofSeconds(7));
            assertThat(find(job.id())).isNull();
        }

        @Test
        void aSubmissionReadAgainAfterItsRetentionDoesNotBringAPutBackJobToLife() {
            submit(samples.job().requeuedAfter(1));
            assertThat(keys()).isEmpty();
        }

        private JobEvent expires(Job job, Duration after) {
            return new JobEvent.ResultExpires(
                    job.id(), clock.instant(), clock.instant().plus(after));
        }
    }

    @Nested
    class LostJobs {
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        @Test
        void aWaitingJobIsNeverLostByIdlenessHoweverLongWorkersAreIdle() {
            Job job = submit(samples.job());
            passWith(Phase.IDLE, null, Duration.ofMinutes(30));
            assertThat(putBack()).isEmpty();
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            assertThat(said.isEmpty()).isTrue();
        }

        /** The lock window of the queue is full: nothing later is delivered, workers are idle. */
        @Test
        void jobsBehindAFullWindowWaitAndNoneFails() {
            Job longOne = submit(samples.job());
            happens(samples.started(longOne, 1));
            var waiting = new ArrayList<Job>();
            for (int i = 0; i < 100; i++) {
                waiting.add(submit(samples.job()));
            }
            for (Duration t = Duration.ZERO; t.compareTo(Duration.ofMinutes(8)) < 0; ) {
                workers.heartbeat(samples.worker(Phase.RUNNING, longOne.id()));
                workers.heartbeat(samples.worker(new WorkerId("idle"), Phase.IDLE, null));
                pass(HEARTBEAT);
                t = t.plus(HEARTBEAT);
            }
            assertThat(putBack()).isEmpty();
            assertThat(waiting).allMatch(job -> state(job) instanceof JobState.Queued);
            assertThat(state(longOne)).isInstanceOf(JobState.Running.class);
        }

        /** What is put back is read back, and lies behind all that was there. */
        @Test
        void aJobWhoseQueueRecordWillNotBeDeliveredIsPutBackAndNeverFailed() {
            Job job = submit(samples.job());
            for (int i = 0; i < 5; i++) {
                queues.start = i + 1;
                pass(Duration.ofSeconds(5));
                pass(PATIENCE.minusSeconds(5));
                assertThat(putBack()).isEmpty();
                pass(Duration.ofSeconds(10));
                assertThat(putBack()).containsExactly(job.requeuedAfter(32 * (i + 1)));
                assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            }
        }

        @Test
        void aJobThatTheQueueMayStillDeliverIsNotPutBack() {
            Job first = submit(samples.job());
            submit(samples.job());
            happens(samples.started(first, 1));
            happens(samples.completed(first, 1));
            queues.start = 1;
            passWith(Phase.IDLE, null, Duration.ofHours(1));
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aJobThatIsBegunMeanwhileIsNotPutBack() {
            Job job = submit(samples.job());
            queues.start = 1;
            pass(PATIENCE.minusSeconds(10));
            happens(samples.started(job, 1));
            happens(samples.completed(job, 1));
            pass(PATIENCE);
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aJobWhoseWorkerLivesIsNotLostHoweverQuietItIs() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Duration.ofMinutes(9));
            assertThat(said.isEmpty()).isTrue();
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void anAttemptWhoseWorkerIsGoneIsGivenUpAfterTheLockAndItsJobWaitsInItsQueue() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Duration.ofSeconds(55));
            pass(PATIENCE.minusSeconds(10));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(Duration.ofSeconds(20));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            assertThat(putBack()).as("its queue delivers it again").isEmpty();
            assertThat(stop()).isEqualTo(new Command.Stop(job.id(), stopAt(), 1, WORKER));
            happens(samples.started(job, 2));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            assertThat(tracked(job).record().unfinishedStarts()).isEqualTo(1);
        }

        @Test
        void aPoisonJobFailsAfterTwoUnfinishedStarts() {
            Job job = submit(samples.job());
            for (int attempt = 1; attempt <= 2; attempt++) {
                assertThat(state(job).isTerminal()).isFalse();
                happens(samples.started(job, attempt));
            }
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(PATIENCE.plusSeconds(10));
            pass(Duration.ofSeconds(1));
            assertThat(((JobState.Failed) state(job)).error())
                    .isEqualTo(
                            "job timed out after 1 retries: every worker that started it stopped"
                                    + " before finishing");
        }

        @Test
        void aThirdStartIsStoppedAtOnce() {
            Job job = submit(samples.job());
            for (int attempt = 1; attempt <= 3; attempt++) {
                happens(samples.started(job, attempt));
            }
            pass(JobProcessor.LOOKS);
            assertThat(state(job)).isInstanceOf(JobState.Failed.class);
            assertThat(commands.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Command.class))
                    .hasAtLeastOneElementOfType(Command.Cancel.class);
        }

        @Test
        void handingBackIsNoUnfinishedStart() {
            Job job = submit(samples.job());
            for (int i = 0; i < 5; i++) {
                int attempt = 32 * i + 1;
                happens(samples.started(job, attempt));
                happens(new JobEvent.HandedBack(job.id(), clock.instant(), attempt, WORKER));
            }
            pass(Duration.ofSeconds(1));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        }

        @Test
        void aHandedBackJobIsPutBackAtOnceAndOnlyOnce() {
            Job job = submit(samples.job());
            happens(samples.started(job, 2));
            var back = new JobEvent.HandedBack(job.id(), clock.instant(), 2, WORKER);
            happens(back);
            happens(back);
            assertThat(putBack()).containsExactly(job.requeuedAfter(32));
        }

        private List<Job> putBack() {
            return queue.readValuesToList().stream().map(v -> Wire.decode(v, Job.class)).toList();
        }

        private Command.Stop stop() {
            lastStop = (Command.Stop) Wire.decode(commands.readValue(), Command.class);
            return lastStop;
        }

        private Instant stopAt() {
            return Objects.requireNonNull(lastStop).at();
        }

        private Command.@Nullable Stop lastStop;
    }

    /** Two hands on one job: see also {@code JobRecordTest} for all orders of their events. */
    @Nested
    class Fencing {
        private final WorkerId other = new WorkerId("left-behind");
        private final Job job = samples.job();

        @BeforeEach
        void start() {
            submit(job);
            happens(new JobEvent.Started(job.id(), clock.instant(), 1, other));
        }

        @Test
        void whoeverIsReplacedIsToldToStopAndNobodyElse() {
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Stop(job.id(), clock.instant(), 1, other));
            assertThat(commands.isEmpty()).isTrue();
        }

        @Test
        void whoeverStartsTooLateIsToldToStop() {
            happens(samples.started(job, 3));
            command();
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Stop(job.id(), clock.instant(), 2, WORKER));
            assertThat(tracked(job).attempt()).isEqualTo(3);
        }

        @Test
        void aCancelledJobThatIsStartedAllTheSameIsCancelledAgain() {
            happens(new JobEvent.Cancelled(job.id(), clock.instant()));
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Cancel(job.id(), clock.instant()));
            assertThat(state(job)).isInstanceOf(JobState.Cancelled.class);
        }

        @Test
        void completionOfAnOlderAttemptDropsNothingOfTheNewerOne() {
            happens(samples.started(job, 2));
            happens(samples.part(job, 2, 0));
            happens(
                    new JobEvent.Completed(
                            job.id(),
                            clock.instant(),
                            1,
                            other,
                            Payload.ofJson(Samples.json("{}"))));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(1, 0));
            assertThat(tracked(job).record().lateEvents()).isEqualTo(1);
        }

        @Test
        void whatTheOtherHandsClientWasGivenDoesNotCount() {
            happens(samples.started(job, 1));
            happens(samples.part(job, 1, 0));
            happens(new JobEvent.PartsStreamed(job.id(), clock.instant(), 1, other, 1));
            assertThat(tracked(job).hasNewParts()).isTrue();
        }

        @Test
        void theSameWorkerWithTheSameAttemptAnewBeginsWithTheFirstPart() {
            happens(samples.started(job, 1));
            happens(samples.part(job, 1, 0));
            clock.move(Duration.ofSeconds(40));
            happens(samples.started(job, 1));
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
        }
    }

    /** Workers' and gateways' clocks are a minute ahead or behind; only the sink's counts. */
    @Nested
    class OtherClocks {
        @Test
        void aResultOfAWorkerWhoseClockIsBehindIsKeptAsLongAsAnyOther() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job());
                Instant theirs = clock.instant().plus(off);
                happens(new JobEvent.Started(job.id(), theirs, 1, WORKER));
                happens(
                        new JobEvent.Completed(
                                job.id(), theirs, 1, WORKER, Payload.ofJson(Samples.json("{}"))));
                pass(Samples.endpoint().resultRetention().minusSeconds(1));
                assertThat(find(job.id())).isNotNull();
                pass(Duration.ofSeconds(2));
                assertThat(find(job.id())).isNull();
            }
        }

        @Test
        void theExecutionTimeOutCountsFromWhenTheStartWasHeard() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job());
                happens(new JobEvent.Started(job.id(), clock.instant().plus(off), 1, WORKER));
                passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusSeconds(10));
                assertThat(state(job)).isInstanceOf(JobState.Running.class);
                passWith(Phase.RUNNING, job.id(), Duration.ofSeconds(20));
                assertThat(state(job)).isInstanceOf(JobState.Failed.class);
            }
        }

        @Test
        void theTimeToLiveCountsFromWhenTheSubmissionWasSeen() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job().retriedAt(clock.instant().plus(off), 0));
                pass(Samples.TTL.minusSeconds(1));
                assertThat(state(job)).isInstanceOf(JobState.Queued.class);
                pass(Duration.ofSeconds(2));
                assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
            }
        }
    }

    @Nested
    class Cost {
        @Test
        void aWaitingJobWritesNothingUntilItsDeadline() {
            for (int i = 0; i < 50; i++) {
                submit(samples.job("https://client.example/hook", ReplyShape.ENVELOPE));
            }
            passWith(Phase.IDLE, null, Duration.ofSeconds(10));
            long before = changes();
            passWith(Phase.RUNNING, new JobId("another"), Duration.ofMinutes(20));
            passWith(Phase.IDLE, null, Duration.ofMinutes(20));
            assertThat(changes() - before).isZero();
        }

        @Test
        void progressDoesNotWriteTheSubmissionAgain() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            byte[] stored = Objects.requireNonNull(store().get(job.id().value()));
            assertThat(new String(stored, UTF_8)).doesNotContain("steps");
            long before = changes();
            happens(samples.progress(job, 1));
            assertThat(changes() - before).isEqualTo(1);
        }

        @Test
        void aJobKeptWithItsSubmissionByAVersionBeforeIsRead() {
            Job job = submit(samples.job());
            TrackedJob tracked = tracked(job);
            store().put(job.id().value(), Wire.encode(tracked));
            store().delete("*" + job.id().value());
            assertThat(tracked(job)).isEqualTo(tracked);
            happens(samples.completed(job, 1));
            assertThat(tracked(job).job()).isEqualTo(job);
        }

        private long changes() {
            return output(StreamsSettings.APPLICATION + "-" + JobStore.STORE + "-changelog")
                    .getQueueSize();
        }
    }

    @Nested
    class Parts {
        private final Job job = samples.job();

        @BeforeEach
        void start() {
            submit(job);
            happens(samples.started(job, 1));
        }

        @Test
        void partsAreKeptInOrderUntilTheJobIsForgotten() {
            for (int i = 0; i < 20; i++) {
                happens(samples.part(job, 1, i));
            }
            assertThat(bodiesFrom(0)).hasSize(20).startsWith(body(1, 0), body(1, 1));
            happens(samples.completed(job, 1));
            happens(samples.part(job, 1, 20));
            assertThat(bodiesFrom(18)).containsExactly(body(1, 18), body(1, 19));
            assertThat(bodiesFrom(20)).isEmpty();
            pass(Samples.endpoint().resultRetention().plusSeconds(1));
            pass(JobRules.EXPIRED_KNOWN.plusSeconds(1));
            assertThat(keys()).containsExactly("#interpolate", "'");
        }

        @Test
        void whatAClientWasGivenIsRememberedAndNeverTakenBack() {
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            happens(streamed(1, 2));
            happens(streamed(1, 1));
            assertThat(tracked(job).hasNewParts()).isFalse();
            happens(samples.failed(job, "bad"));
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(2, 2));
        }

        @Test
        void theNextAttemptsPartsReplaceThoseOfTheFirst() {
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            happens(streamed(1, 1));
            happens(samples.started(job, 2));
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
            assertThat(keys()).noneMatch(key -> key.startsWith("%"));
            happens(samples.part(job, 1, 2));
            happens(streamed(1, 2));
            happens(samples.part(job, 2, 0));
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(1, 0));
            assertThat(bodiesFrom(0)).containsExactly(body(2, 0));
        }

        @Test
        void aPartStoredBeforeACrashIsThereOnce() {
            happens(samples.part(job, 1, 0));
            byte[] before = store().get(job.id().value());
            happens(samples.part(job, 1, 1));
            store().put(job.id().value(), before);
            assertThat(bodiesFrom(0)).containsExactly(body(1, 0));
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            assertThat(bodiesFrom(0)).containsExactly(body(1, 0), body(1, 1));
        }

        @Test
        void asManyPartsAsFitAreReadAtOnceButOneAtLeast() {
            var media = Samples.media(job, "frame", 300_000); // 400 kB as base64
            for (int i = 0; i < 4; i++) {
                happens(samples.part(job, 1, i, new Payload(body(1, i), List.of(media))));
            }
            assertThat(parts(0, 900_000).next()).isEqualTo(2);
            assertThat(parts(2, 900_000).next()).isEqualTo(4);
            assertThat(parts(3, 1).payloads()).hasSize(1);
        }

        private JobEvent streamed(int attempt, int parts) {
            return new JobEvent.PartsStreamed(job.id(), clock.instant(), attempt, WORKER, parts);
        }

        private JsonNode body(int attempt, int index) {
            return Samples.partBody(attempt, index);
        }

        private List<JsonNode> bodiesFrom(int first) {
            return parts(first, Long.MAX_VALUE).payloads().stream().map(Payload::body).toList();
        }

        private ResultParts parts(int from, long maxBytes) {
            return JobStore.parts(store(), tracked(job), from, maxBytes);
        }
    }

    @Nested
    class Counters {
        @Test
        void everyJobIsCountedOnceWhereItIs() {
            Job waiting = submit(samples.job());
            Job running = submit(samples.job());
            Job done = submit(samples.job());
            Job failed = submit(samples.job());
            Job cancelled = submit(samples.job());
            for (int i = 0; i < 2; i++) {
                submit(waiting);
                happens(samples.started(running, 1));
                happens(samples.started(running, 2));
                happens(samples.started(done, 1));
                happens(samples.completed(done, 1));
                happens(samples.failed(failed, "bad"));
                happens(new JobEvent.Cancelled(cancelled.id(), clock.instant()));
            }
            JobCounters counters = counters(ENDPOINT);
            assertThat(counters.inQueue()).isEqualTo(1);
            assertThat(counters.inProgress()).isEqualTo(1);
            assertThat(counters.completed()).isEqualTo(1);
            assertThat(counters.failed()).isEqualTo(1);
            assertThat(counters.retried()).isEqualTo(1);
        }

        @Test
        void totalsOutliveTheJobs() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Duration.ofDays(1));
            assertThat(counters(ENDPOINT).completed()).isEqualTo(1);
            assertThat(counters(ENDPOINT).inQueue()).isZero();
        }

        @Test
        void aChangeCountedBeforeACrashIsNotCountedAgain() {
            Job job = submit(samples.job());
            byte[] before = store().get(job.id().value());
            happens(samples.completed(job, 1));
            store().put(job.id().value(), before);
            happens(samples.completed(job, 1));
            assertThat(counters(ENDPOINT).completed()).isEqualTo(1);
            assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        }

        private JobCounters counters(EndpointId endpoint) {
            return CounterStore.sum(store(), endpoint);
        }
    }

    @Nested
    class Webhooks {
        private static final String HOOK = "https://client.example/hook";

        @Test
        void aWebhookIsCalledOnceTheJobHasEndedHowever() {
            Job done = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            Job failed = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            Job cancelled = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            Job late = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            pass(Duration.ofSeconds(1));
            assertThat(webhooks.called).isEmpty();
            happens(samples.completed(done, 1));
            happens(samples.failed(failed, "bad"));
            happens(new JobEvent.Cancelled(cancelled.id(), clock.instant()));
            happens(new JobEvent.TimedOut(late.id(), clock.instant(), "job expired"));
            for (int i = 0; i < 4; i++) {
                webhooks.answers.add(new WebhookCall.Delivered("status 204"));
            }
            pass(Duration.ofSeconds(1));
            pass(Duration.ofHours(1));
            assertThat(webhooks.called)
                    .extracting(TrackedJob::id)
                    .containsExactlyInAnyOrder(done.id(), failed.id(), cancelled.id(), late.id());
        }

        @Test
        void aWebhookThatFailsIsCalledThreeTimesInAllAndChangesNothingOfTheJob() {
            Job job = endedWithWebhook();
            for (int i = 0; i < 5; i++) {
                webhooks.answers.add(new WebhookCall.Failed("status 500"));
            }
            pass(Duration.ofMillis(200));
            pass(Duration.ofMillis(200));
            assertThat(webhooks.called).hasSize(1);
            pass(Duration.ofMillis(4500));
            assertThat(webhooks.called).hasSize(1);
            pass(Duration.ofSeconds(1));
            pass(Duration.ofMillis(200));
            assertThat(webhooks.called).hasSize(2);
            pass(Duration.ofSeconds(14));
            assertThat(webhooks.called).hasSize(2);
            pass(Duration.ofSeconds(2));
            assertThat(webhooks.called).hasSize(3);
            pass(Duration.ofHours(1));
            assertThat(webhooks.called).hasSize(3);
            assertThat(webhook(job).attempts()).isEqualTo(3);
            assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
            assertThat(webhook(job).log())
                    .extracting(WebhookState.Delivery::detail)
                    .containsExactly("status 500", "status 500", "status 500");
            assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        }

        @Test
        void aWebhookIsCalledOnceMoreForWhoeverWantsItAndBothCallsAreLogged() {
            Job job = endedWithWebhook();
            webhooks.answers.add(new WebhookCall.Refused("private"));
            pass(Duration.ofMillis(200));
            pass(Duration.ofMillis(200));
            assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
            webhooks.answers.add(new WebhookCall.Delivered("status 200"));
            resends.want(job.id());
            pass(Duration.ofMillis(200));
            pass(Duration.ofMillis(200));
            assertThat(webhooks.called).hasSize(2);
            assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.DELIVERED);
            assertThat(webhook(job).log())
                    .extracting(WebhookState.Delivery::detail)
                    .containsExactly("private", "status 200");
        }

        @Test
        void aWebhookWaitsWhileTooManyAreUnderWayAndCostsNothingMeanwhile() {
            Job job = endedWithWebhook();
            webhooks.busy = _ -> true;
            byte[] before = store().get(job.id().value());
            pass(Duration.ofMinutes(1));
            assertThat(store().get(job.id().value())).isEqualTo(before);
            webhooks.busy = _ -> false;
            pass(Duration.ofSeconds(2));
            assertThat(webhooks.called).hasSize(1);
        }

        @Test
        void anOwnerWhoseReceiverHangsKeepsNobodyElseWaiting() {
            webhooks.busy = job -> Objects.requireNonNull(job.job()).owner().equals("alice");
            for (int i = 0; i < 1000; i++) {
                endedWithWebhook();
            }
            Job other = submit(samples.job("bob", HOOK, ReplyShape.ENVELOPE));
            happens(samples.completed(other, 1));
            pass(Duration.ofMillis(300));
            assertThat(webhooks.called).extracting(TrackedJob::id).containsExactly(other.id());
        }

        @Test
        void aJobIsNotForgottenBeforeItsWebhookWasCalled() {
            webhooks.busy = _ -> true;
            Job job = endedWithWebhook();
            pass(Samples.endpoint().resultRetention().plusMinutes(5));
            webhooks.busy = _ -> false;
            pass(Duration.ofSeconds(1));
            assertThat(webhooks.called).extracting(TrackedJob::id).containsExactly(job.id());
        }

        @Test
        void anAddressThatIsNotAllowedIsNotTriedAgain() {
            Job job = endedWithWebhook();
            webhooks.answers.add(new WebhookCall.Refused("private"));
            pass(Duration.ofMillis(200));
            pass(Duration.ofMinutes(1));
            assertThat(webhooks.called).hasSize(1);
            assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
        }

        private WebhookState webhook(Job job) {
            return Objects.requireNonNull(tracked(job).webhook());
        }

        private Job endedWithWebhook() {
            Job job = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            happens(samples.completed(job, 1));
            return job;
        }
    }

    @Nested
    class Retries {
        private static final String HOOK = "https://client.example/hook";

        @Test
        void aRetriedJobWaitsAnewWithNothingOfItsPastAndCallsItsWebhookAgain() {
            Job job = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
            happens(samples.started(job, 1));
            happens(samples.part(job, 1, 0));
            happens(samples.started(job, 2));
            happens(samples.part(job, 2, 0));
            happens(samples.failed(job, 2, "bad"));
            webhooks.answers.add(new WebhookCall.Delivered("status 200"));
            pass(Duration.ofMinutes(1));
            Job again = job.retriedAt(clock.instant(), 32);

            JobEvent retried = retried(job);
            happens(retried);
            happens(retried);

            assertThat(queue.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Job.class))
                    .containsExactly(again);
            assertThat(tracked(job).job()).isEqualTo(again);
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
            assertThat(keys()).noneMatch(key -> key.startsWith("%"));
            JobCounters counters = CounterStore.sum(store(), ENDPOINT);
            assertThat(counters.inQueue()).isEqualTo(1);
            assertThat(counters.failed()).isEqualTo(1);
            assertThat(counters.retried()).isEqualTo(1);
            happens(samples.started(job, 33));
            happens(samples.completed(job, 33));
            webhooks.answers.add(new WebhookCall.Delivered("status 200"));
            pass(Duration.ofMinutes(1));
            assertThat(webhooks.called)
                    .extracting(called -> called.state().status())
                    .containsExactly("FAILED", "COMPLETED");
        }

        @Test
        void aJobThatTimedOutLivesAsLongAgain() {
            Job job = submit(samples.job());
            pass(Samples.TTL.plusSeconds(1));
            happens(retried(job));
            pass(Samples.TTL.minusMinutes(1));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            pass(Duration.ofMinutes(2));
            assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
        }

        @Test
        void aRetriedJobThatIsLostIsPutBackBehindAllItsAttempts() {
            Job job = submit(samples.job());
            happens(samples.started(job, 3));
            happens(samples.failed(job, 3, "bad"));
            happens(retried(job));
            queue.readValuesToList();
            queues.start = 2;
            pass(Duration.ofSeconds(5));
            pass(Duration.ofSeconds(61));
            assertThat(queue.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Job.class).attemptsBefore())
                    .containsExactly(64);
        }

        /** As after a crash: the state is stored more often than what has been read. */
        @Test
        void theResultOfARetriedJobOutlivesEventsThatAreReadAgain() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            pass(Samples.TTL.plusSeconds(1));
            var past = new ArrayList<JobEvent>();
            past.add(samples.started(job, 1));
            past.add(
                    new JobEvent.TimedOut(
                            job.id(), ((JobState.Terminal) state(job)).at(), "job expired"));
            past.add(retried(job));
            happens(past.getLast());
            clock.move(Duration.ofSeconds(1));
            past.add(samples.started(job, 33));
            happens(past.getLast());
            queue.readValuesToList();

            past.forEach(JobTopologyTest.this::happens);
            happens(samples.completed(job, 33));

            assertThat(queue.isEmpty()).isTrue();
            assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        }

        private JobEvent retried(Job job) {
            Instant endedAt = ((JobState.Terminal) state(job)).at();
            return new JobEvent.Retried(
                    job.id(), clock.instant(), endedAt, tracked(job).record().attempts());
        }
    }

    /** After a change of the queue's leader both may be at work. */
    @Test
    void ofTwoWorkersWithOneAttemptOnlyTheLastOnesPartsAreKept() {
        Job job = submit(samples.job());
        happens(new JobEvent.Started(job.id(), clock.instant(), 1, new WorkerId("left-behind")));
        happens(samples.started(job, 1));
        happens(partOfTheOther(job, 0));
        happens(partOfTheOther(job, 1));
        assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
        happens(samples.part(job, 1, 0));
        happens(partOfTheOther(job, 2));
        assertThat(JobStore.parts(store(), tracked(job), 0, 1000).payloads())
                .extracting(Payload::body)
                .containsExactly(Samples.partBody(1, 0));
    }

    private JobEvent partOfTheOther(Job job, int index) {
        return new JobEvent.PartReady(
                job.id(),
                clock.instant(),
                1,
                new WorkerId("left-behind"),
                index,
                Payload.ofJson(Samples.json("'of the other'")));
    }

    @Nested
    class Purging {
        @Test
        void onlyWhatTheOwnerHasWaitingBeforeTheMarkIsCancelled() {
            Job waiting = submit(samples.job("alice"));
            Job another = submit(samples.job("bob"));
            Job running = submit(samples.job("alice"));
            happens(samples.started(running, 1));
            Job later = submit(samples.job("alice"));
            JobEvent.QueuePurged purge = purge("alice", 3);
            happens(purge);
            pass(JobProcessor.LOOKS);

            assertThat(state(waiting)).isInstanceOf(JobState.Cancelled.class);
            assertThat(state(another)).isInstanceOf(JobState.Queued.class);
            assertThat(state(running)).isInstanceOf(JobState.Running.class);
            assertThat(state(later)).isInstanceOf(JobState.Queued.class);
            assertThat(PurgeStore.purged(store(), purge.jobId())).hasValue(1);
            assertThat(inQueue()).isEqualTo(2);
            assertThat(commands.isEmpty()).as("one broadcast is enough").isTrue();
        }

        /** It was acknowledged before the purge, and the sink reads it after. */
        @Test
        void aJobWhoseSubmissionComesInLateIsCancelledAndCounted() {
            JobEvent.QueuePurged purge = purge("alice", 2);
            happens(purge);
            Job first = submit(samples.job("alice"));
            pass(JobProcessor.LOOKS);
            assertThat(PurgeStore.purged(store(), purge.jobId())).as("not through").isEmpty();
            Job second = submit(samples.job("alice"));
            Job third = submit(samples.job("alice"));
            pass(JobProcessor.LOOKS);

            assertThat(state(first)).isInstanceOf(JobState.Cancelled.class);
            assertThat(state(second)).isInstanceOf(JobState.Cancelled.class);
            assertThat(state(third)).isInstanceOf(JobState.Queued.class);
            assertThat(PurgeStore.purged(store(), purge.jobId())).hasValue(2);
        }

        /** Its record lies before the mark, and is delivered again. */
        @Test
        void aJobThatRanWhenItsQueueWasPurgedSurvivesTheLossOfItsWorker() {
            Job job = submit(samples.job("alice"));
            happens(samples.started(job, 1));
            happens(purge("alice", 1));
            happens(new JobEvent.Abandoned(job.id(), clock.instant(), 1, WORKER));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            submit(job); // as read again after a crash
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        }

        @Test
        void aJobThatIsRetriedAfterThePurgeIsNotCancelled() {
            Job job = submit(samples.job("alice"));
            happens(samples.started(job, 1));
            happens(samples.failed(job, "bad"));
            happens(purge("alice", 1));
            Instant endedAt = ((JobState.Terminal) state(job)).at();
            happens(new JobEvent.Retried(job.id(), clock.instant(), endedAt, 1));
            Job again = Wire.decode(queue.readValue(), Job.class);
            submit(again);
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        }

        @Test
        void theWebhookOfAPurgedJobIsCalled() {
            Job job = submit(samples.job("http://client.example/hook", ReplyShape.ENVELOPE));
            happens(purge("alice", 1));
            assertThat(tracked(job).isWebhookPending()).isTrue();
        }

        @Test
        void nothingOfAPurgeIsKeptLongerThanItCanBeAskedAfter() {
            submit(samples.job("alice"));
            JobEvent.QueuePurged purge = purge("alice", 1);
            happens(purge);
            pass(Duration.ofMinutes(9));
            assertThat(keys()).contains("+" + purge.jobId());
            pass(Duration.ofMinutes(2));
            assertThat(keys()).doesNotContain("+" + purge.jobId());
        }

        /** Submissions, events and the purge in any order that can come about. */
        @Test
        void whateverTheOrderEachCoveredJobThatWaitedIsCancelledAndCountedOnce() {
            for (int round = 0; round < 60; round++) {
                long seed = 20_261_128L + round;
                inAnyOrder(new Random(seed), seed);
            }
        }

        private void inAnyOrder(Random random, long seed) {
            long first = submitted;
            int jobs = 1 + random.nextInt(12);
            long mark = first + random.nextInt(jobs + 1);
            String owner = "owner" + seed;
            JobEvent.QueuePurged purge = purge(owner, mark);
            var made = new ArrayList<Job>();
            var begun = new HashSet<JobId>();
            var steps = new ArrayList<List<Runnable>>();
            steps.add(
                    new ArrayList<>(
                            List.of(() -> {
                                happens(purge);
                                happens(purge); // as read again
                            })));
            var submissions = new ArrayList<Runnable>();
            for (int i = 0; i < jobs; i++) {
                Job job = samples.job(random.nextInt(3) == 0 ? "bob" : owner);
                made.add(job);
                submissions.add(() -> submit(job));
                if (random.nextInt(3) == 0) {
                    begun.add(job.id());
                    steps.add(new ArrayList<>(eventsOf(job, random.nextInt(4))));
                }
            }
            steps.add(submissions);
            while (!steps.isEmpty()) {
                List<Runnable> next = steps.get(random.nextInt(steps.size()));
                next.removeFirst().run();
                steps.removeIf(List::isEmpty);
            }
            pass(JobProcessor.LOOKS);
            int cancelled = 0;
            for (int i = 0; i < jobs; i++) {
                Job job = made.get(i);
                boolean covered = first + i < mark && job.owner().equals(owner);
                boolean isCancelled = state(job) instanceof JobState.Cancelled;
                cancelled += isCancelled ? 1 : 0;
                if (!covered) {
                    assertThat(isCancelled).as("seed %d, not covered: %d", seed, i).isFalse();
                } else if (!begun.contains(job.id())) {
                    assertThat(isCancelled).as("seed %d, covered: %d", seed, i).isTrue();
                }
            }
            assertThat(PurgeStore.purged(store(), purge.jobId()))
                    .as("seed %d", seed)
                    .hasValue(cancelled);
            all.addAll(made);
            assertThat(inQueue())
                    .as("seed %d", seed)
                    .isEqualTo(
                            all.stream()
                                    .filter(job -> state(job) instanceof JobState.Queued)
                                    .count());
        }

        private final List<Job> all = new ArrayList<>();

        private List<Runnable> eventsOf(Job job, int how) {
            Runnable started = () -> happens(samples.started(job, 1));
            return switch (how) {
                case 0 -> List.of(started);
                case 1 -> List.of(started, () -> happens(samples.completed(job, 1)));
                case 2 -> List.of(started, () -> happens(samples.failed(job, "bad")));
                default ->
                        List.of(
                                started,
                                () ->
                                        happens(
                                                new JobEvent.Abandoned(
                                                        job.id(), clock.instant(), 1, WORKER)));
            };
        }

        private JobEvent.QueuePurged purge(String owner, long before) {
            return new JobEvent.QueuePurged(
                    JobId.forPurge(clock), clock.instant(), ENDPOINT, owner, Map.of(QUEUE, before));
        }

        private long inQueue() {
            return CounterStore.sum(store(), ENDPOINT).inQueue();
        }
    }

    /** A job of three segments, 30 frames each, and their join. */
    @Nested
    @SuppressWarnings("NullAway.Init")
    class Divided {
        private Job parent;

        @BeforeEach
        void submitIt() {
            parent = submit(samples.job());
        }

        private JobId part(int index) {
            return JobPart.id(parent.id(), 1, index);
        }

        private void divide() {
            happens(samples.started(parent, 1));
            happens(division());
        }

        private JobEvent.Divided division() {
            var segments = new ArrayList<JobPart.Segment>();
            for (int i = 0; i < 3; i++) {
                segments.add(
                        new JobPart.Segment(30 * i, 30 * i + 30, 30 * i, 30 * i + 30, 9, 2, 1));
            }
            return new JobEvent.Divided(
                    parent.id(), clock.instant(), 1, WORKER, new Division(segments));
        }

        private void starts(int index, int attempt) {
            happens(new JobEvent.Started(part(index), clock.instant(), attempt, WORKER));
        }

        private void completes(int index, int attempt) {
            happens(
                    new JobEvent.Completed(
                            part(index), clock.instant(), attempt, WORKER, made(index)));
        }

        private void runs(int index) {
            starts(index, 1);
            completes(index, 1);
        }

        private void fails(int index, int attempt) {
            clock.move(Duration.ofSeconds(1));
            starts(index, attempt);
            happens(
                    new JobEvent.Failed(
                            part(index), clock.instant(), attempt, WORKER, "broken", null));
        }

        private void progresses(int index, int frames) {
            clock.move(Duration.ofSeconds(1));
            happens(
                    new JobEvent.Progress(
                            part(index),
                            clock.instant(),
                            1,
                            WORKER,
                            frames,
                            Samples.json("{'frames_done':" + frames + "}")));
        }

        private Payload made(int index) {
            return Payload.ofJson(Samples.json("{'made':" + index + "}"));
        }

        private List<Job> queued() {
            return queue.readValuesToList().stream()
                    .map(bytes -> Wire.decode(bytes, Job.class))
                    .toList();
        }

        private JsonNode progress() {
            return Objects.requireNonNull(((JobState.Running) state(parent)).progress());
        }

        private JobState stateOf(int index) {
            return Objects.requireNonNull(find(part(index))).state();
        }

        private List<JobId> cancelled() {
            return commands.readValuesToList().stream()
                    .map(bytes -> Wire.decode(bytes, Command.class).jobId())
                    .toList();
        }

        @Test
        void itsPartsAreQueuedOnceWithItsInputAndOwner() {
            divide();
            happens(division());
            List<Job> queued = queued();
            assertThat(queued).extracting(Job::id).containsExactly(part(0), part(1), part(2));
            assertThat(queued)
                    .allSatisfy(job -> {
                        assertThat(job.owner()).isEqualTo(parent.owner());
                        assertThat(job.input()).isEqualTo(parent.input());
                        assertThat(job.webhook()).isNull();
                        assertThat(job.expiresAt())
                                .as("whatever the worker's clock, the parent ends first")
                                .isEqualTo(parent.expiresAt().plus(Duration.ofMinutes(5)));
                    });
            assertThat(state(parent)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void theLastPartBringsTheJoinWhoseOutputIsTheJobs() {
            divide();
            runs(2);
            runs(0);
            assertThat(queued()).hasSize(3);
            runs(1);
            Job join = queued().getFirst();
            assertThat(join.id()).isEqualTo(part(3));
            assertThat(Objects.requireNonNull(join.part()).work())
                    .isEqualTo(new JobPart.Join(List.of(made(0), made(1), made(2))));
            assertThat(progress().path("stage").asText()).isEqualTo("join");
            runs(3);
            JobState.Completed done = (JobState.Completed) state(parent);
            assertThat(done.output()).isEqualTo(made(3));
            assertThat(done.lastExecution().worker()).isEqualTo(WORKER);
            assertThat(tracked(parent).record().lateEvents()).isZero();
            assertThat(cancelled()).isEmpty();
        }

        @Test
        void itIsListedAndItsPartsAreNot() {
            divide();
            var page =
                    JobStore.list(store(), ENDPOINT, parent.owner(), "", _ -> true, j -> j, 10, 10);
            assertThat(page.rows()).extracting(row -> row.job().id()).containsExactly(parent.id());
        }

        @Test
        void aPartThatFailsTwiceIsRunAgainAlone() {
            divide();
            runs(0);
            runs(2);
            assertThat(queued()).hasSize(3);
            fails(1, 1);
            assertThat(queued()).extracting(Job::id).containsExactly(part(1));
            fails(1, 33);
            assertThat(queued()).extracting(Job::id).containsExactly(part(1));
            starts(1, 65);
            completes(1, 65);
            assertThat(queued()).extracting(Job::id).containsExactly(part(3));
            runs(3);
            assertThat(state(parent)).isInstanceOf(JobState.Completed.class);
        }

        @Test
        void aPartThatFailsThreeTimesFailsTheJobAndStopsTheOthers() {
            divide();
            starts(2, 1);
            fails(1, 1);
            fails(1, 33);
            fails(1, 65);
            assertThat(((JobState.Failed) state(parent)).error())
                    .isEqualTo("frames 30 to 59: broken");
            assertThat(stateOf(0)).isInstanceOf(JobState.Cancelled.class);
            assertThat(stateOf(2)).isInstanceOf(JobState.Cancelled.class);
            assertThat(cancelled()).contains(part(0), part(2));
        }

        @Test
        void progressIsOneAndNeverGoesBack() {
            divide();
            starts(0, 1);
            starts(1, 1);
            progresses(0, 16);
            assertThat(progress().path("frames_done").asInt()).isEqualTo(16);
            progresses(1, 12);
            assertThat(progress().path("frames_done").asInt()).isEqualTo(28);
            assertThat(progress().path("frames_total").asInt()).isEqualTo(90);
            completes(1, 1);
            assertThat(progress().path("segments_done").asInt()).isEqualTo(1);
            assertThat(progress().path("frames_done").asInt()).isEqualTo(46);
            happens(new JobEvent.Failed(part(0), clock.instant(), 1, WORKER, "broken", null));
            starts(0, 33);
            assertThat(progress().path("frames_done").asInt()).isEqualTo(46);
        }

        @Test
        void cancellingItCancelsItsParts() {
            divide();
            runs(0);
            starts(1, 1);
            happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
            assertThat(stateOf(1)).isInstanceOf(JobState.Cancelled.class);
            assertThat(stateOf(2)).isInstanceOf(JobState.Cancelled.class);
            assertThat(cancelled()).containsExactly(part(1), part(2));
        }

        /** A crash between two partitions: the part never heard that it is not wanted. */
        @Test
        void aPartThatGoesOnAfterTheEndIsStopped() {
            divide();
            starts(1, 1);
            happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
            cancelled();
            happens(
                    new JobEvent.PartMoved(
                            parent.id(), clock.instant(), 1, 1, new PartNews.Unfinished(3)));
            assertThat(cancelled()).containsExactly(part(1));
        }

        /** The same, with the parent's knowledge of its parts still there. */
        @Test
        void newsAfterTheEndStopAllPartsThatAreLeft() {
            divide();
            JobEvent.Divided event =
                    Objects.requireNonNull(new DivisionStore(store()).get(parent.id()));
            happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
            cancelled();
            new DivisionStore(store()).put(event);
            happens(
                    new JobEvent.PartMoved(
                            parent.id(), clock.instant(), 1, 1, new PartNews.Unfinished(3)));
            assertThat(cancelled()).containsExactly(part(0), part(1), part(2));
            assertThat(keys()).noneMatch(key -> key.startsWith(","));
        }

        @Test
        void aPurgeOfTheQueueLeavesPartsAlone() {
            divide();
            happens(
                    new JobEvent.QueuePurged(
                            JobId.forPurge(clock),
                            clock.instant(),
                            ENDPOINT,
                            parent.owner(),
                            Map.of(QUEUE, 100L)));
            assertThat(stateOf(0)).isInstanceOf(JobState.Queued.class);
            assertThat(state(parent)).isInstanceOf(JobState.Running.class);
        }

        /** Its worker does something else, and each part has a time-out of its own. */
        @Test
        void itIsNotGivenUpForItsWorkerButForItsTtl() {
            divide();
            pass(Samples.EXECUTION_TIMEOUT.multipliedBy(2));
            assertThat(state(parent)).isInstanceOf(JobState.Running.class);
            pass(Samples.TTL);
            assertThat(state(parent)).isInstanceOf(JobState.TimedOut.class);
            assertThat(stateOf(0).isTerminal()).isTrue();
        }

        /** A queue that delivers it once more. */
        @Test
        void anotherAttemptOfItIsStopped() {
            divide();
            happens(
                    new JobEvent.Started(
                            parent.id(), clock.instant(), 2, new WorkerId("another-worker")));
            assertThat(command()).isInstanceOf(Command.Stop.class);
            happens(
                    new JobEvent.Failed(
                            parent.id(),
                            clock.instant(),
                            2,
                            new WorkerId("another-worker"),
                            "out of memory",
                            null));
            assertThat(state(parent)).isInstanceOf(JobState.Running.class);
            runs(0);
            runs(1);
            runs(2);
            runs(3);
            assertThat(state(parent)).isInstanceOf(JobState.Completed.class);
        }

        @Test
        void aDivisionByAWorkerThatWasReplacedDoesNotCount() {
            happens(samples.started(parent, 1));
            happens(
                    new JobEvent.Started(
                            parent.id(), clock.instant(), 2, new WorkerId("another-worker")));
            happens(division());
            assertThat(queued()).isEmpty();
        }

        /** What is said from one partition to another may be lost with a crash. */
        @Test
        void partsThatWereNotHeardOfAreSentAgain() {
            divide();
            store().delete(part(1).value());
            store().delete("*" + part(1).value());
            assertThat(queued()).hasSize(3);
            pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
            assertThat(queued()).extracting(Job::id).containsExactly(part(1));
        }

        @Test
        void newsThatWereLostAreAskedFor() {
            divide();
            runs(0);
            runs(1);
            var known = new DivisionStore(store());
            known.put(parent.id(), 1, PartState.UNHEARD);
            runs(2);
            assertThat(queued()).hasSize(3);
            pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
            assertThat(queued()).extracting(Job::id).containsExactly(part(3));
        }

        @Test
        void aJobThatIsRetriedIsDividedAnew() {
            divide();
            starts(1, 1);
            fails(1, 1);
            fails(1, 33);
            fails(1, 65);
            JobState.Failed failed = (JobState.Failed) state(parent);
            queued();
            happens(new JobEvent.Retried(parent.id(), clock.instant(), failed.at(), 1));
            assertThat(queued()).extracting(Job::id).containsExactly(parent.id());
            happens(samples.started(parent, 33));
            JobEvent.Divided first = division();
            happens(
                    new JobEvent.Divided(
                            parent.id(), clock.instant(), 33, WORKER, first.division()));
            assertThat(queued())
                    .extracting(Job::id)
                    .containsExactly(
                            JobPart.id(parent.id(), 33, 0),
                            JobPart.id(parent.id(), 33, 1),
                            JobPart.id(parent.id(), 33, 2));
        }

        /** The sink reads queue and log at a pace of its own. */
        @Test
        void aJobMayBeDividedBeforeItsSubmissionIsRead() {
            parent = samples.job();
            divide();
            assertThat(queued()).isEmpty();
            submit(parent);
            assertThat(queued()).extracting(Job::id).containsExactly(part(0), part(1), part(2));
        }

        /** A crash came between the end of the first try and the end of its division. */
        @Test
        void aRetryInheritsNothingThatACrashHasLeft() {
            happens(samples.started(parent, 1));
            happens(new JobEvent.Failed(parent.id(), clock.instant(), 1, WORKER, "broken", null));
            var left = new DivisionStore(store());
            left.put(division());
            var failed = new PartNews.Failed(clock.instant(), 65, "broken", null);
            left.put(parent.id(), 1, new PartState(failed, 0, 3, 65));
            JobState.Failed end = (JobState.Failed) state(parent);
            happens(new JobEvent.Retried(parent.id(), clock.instant(), end.at(), 1));
            happens(samples.started(parent, 33));
            queued();
            happens(
                    new JobEvent.Divided(
                            parent.id(), clock.instant(), 33, WORKER, division().division()));
            assertThat(queued()).hasSize(3);
            assertThat(state(parent)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void nothingOfItsPartsIsLeftAfterItsEnd() {
            divide();
            runs(0);
            runs(1);
            runs(2);
            runs(3);
            pass(Duration.ofSeconds(1));
            assertThat(keys()).noneMatch(key -> key.contains(part(1).value()));
            assertThat(keys()).noneMatch(key -> key.startsWith(","));
        }
    }

    private Job submit(Job job) {
        jobs.pipeInput(job.id().value(), Wire.encode(job));
        submitted++;
        return job;
    }

    private void happens(JobEvent event) {
        events.pipeInput(event.jobId().value(), Wire.encode(event));
    }

    private void pass(Duration time) {
        clock.move(time);
        driver.advanceWallClockTime(time);
    }

    /** Time passes while a worker says all along what it does. */
    private void passWith(Phase phase, @Nullable JobId job, Duration time) {
        for (Duration t = Duration.ZERO; t.compareTo(time) < 0; t = t.plus(HEARTBEAT)) {
            workers.heartbeat(samples.worker(phase, job));
            pass(HEARTBEAT);
        }
    }

    private Command command() {
        return Wire.decode(commands.readValue(), Command.class);
    }

    private JobState state(Job job) {
        return tracked(job).state();
    }

    private TrackedJob tracked(Job job) {
        return JobStore.find(store(), job.id()).orElseThrow();
    }

    private @Nullable TrackedJob find(JobId id) {
        return JobStore.find(store(), id).orElse(null);
    }

    /** But for the mark that former versions' jobs are listed. */
    private List<String> keys() {
        var keys = new ArrayList<String>();
        try (var all = store().all()) {
            all.forEachRemaining(e -> keys.add(e.key));
        }
        keys.remove("/");
        return keys;
    }

    private KeyValueStore<String, byte[]> store() {
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

    private TestInputTopic<String, byte[]> input(String topic) {
        return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
    }

    private TestOutputTopic<String, byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
