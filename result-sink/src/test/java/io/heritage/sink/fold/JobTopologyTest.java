package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.FakeWebhooks;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.config.SinkConfig;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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
    private final WorkerRoster workers = new WorkerRoster(clock);
    private final FakeWebhooks webhooks = new FakeWebhooks();
    private final AtomicLong badRecords = new AtomicLong();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> jobs;
    private TestInputTopic<String, byte[]> events;
    private TestOutputTopic<String, byte[]> queue;
    private TestOutputTopic<String, byte[]> said;
    private TestOutputTopic<String, byte[]> commands;

    @BeforeEach
    void open() {
        SinkConfig config = Samples.config(stateDir, false);
        var queues = new QueueProgress();
        var rules =
                new JobRules(config, Map.of(ENDPOINT, Samples.endpoint()), workers, queues, clock);
        var topology =
                new JobTopology(
                        List.of(ENDPOINT),
                        1,
                        () ->
                                new JobProcessor(
                                        rules,
                                        queues,
                                        new Waiters(),
                                        webhooks,
                                        config.webhookPauses(),
                                        clock));
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
    void eventsMayComeBeforeTheSubmission() {
        Job job = samples.job();
        happens(samples.started(job, 1));
        happens(samples.completed(job, 1));
        assertThat(tracked(job).isFinished()).isFalse();
        submit(job);
        assertThat(tracked(job).isFinished()).isTrue();
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
            assertThat(keys()).isEqualTo(List.of("#interpolate"));
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
        @Test
        void aJobThatWaitsItsTurnBehindOthersIsNotLost() {
            Job job = submit(samples.job());
            passWith(Phase.RUNNING, new JobId("another"), Duration.ofMinutes(30));
            assertThat(putBack()).isEmpty();
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        }

        @Test
        void aJobWhoseWorkerLivesIsNotLostHoweverQuietItIs() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Duration.ofMinutes(9));
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aJobWaitsForAWorkerToBeStarted() {
            submit(samples.job());
            pass(Duration.ofHours(3));
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aQueuedJobTheQueueHasDroppedIsPutBackOnceAWorkerWasIdleForLong() {
            Job job = submit(samples.job());
            passWith(Phase.IDLE, null, Duration.ofSeconds(50));
            assertThat(putBack()).isEmpty();
            passWith(Phase.IDLE, null, Duration.ofSeconds(20));
            assertThat(putBack()).containsExactly(job.requeuedAfter(1));
        }

        @Test
        void aRunningJobWhoseWorkerHasForgottenItIsPutBack() {
            Job job = submit(samples.job());
            happens(samples.started(job, 3));
            passWith(Phase.IDLE, null, Duration.ofSeconds(70));
            assertThat(putBack()).containsExactly(job.requeuedAfter(3));
            happens(samples.started(job, 4));
            happens(samples.completed(job, 4));
            assertThat(tracked(job).record().retries()).isEqualTo(1);
        }

        @Test
        void aJobThatLaterOnesHaveOvertakenIsPutBack() {
            Job job = submit(samples.job());
            passWith(Phase.RUNNING, new JobId("another"), Duration.ofSeconds(70));
            assertThat(putBack()).isEmpty();
            happens(samples.started(submit(samples.job()), 1));
            passWith(Phase.RUNNING, new JobId("another"), Duration.ofSeconds(20));
            assertThat(putBack()).containsExactly(job.requeuedAfter(1));
        }

        @Test
        void aJobLostOverAndOverFailsWithTheNumberOfRetries() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.IDLE, null, Duration.ofMinutes(5));
            assertThat(putBack()).hasSize(2);
            assertThat(((JobState.Failed) state(job)).error())
                    .isEqualTo("job timed out after 2 retries");
        }

        @Test
        void aHandedBackJobIsPutBackAtOnceAndOnlyOnce() {
            Job job = submit(samples.job());
            happens(samples.started(job, 2));
            var back = new JobEvent.HandedBack(job.id(), clock.instant(), 2, WORKER);
            happens(back);
            happens(back);
            assertThat(putBack()).containsExactly(job.requeuedAfter(2));
            assertThat(tracked(job).requeues()).isZero();
        }

        private List<Job> putBack() {
            return queue.readValuesToList().stream().map(v -> Wire.decode(v, Job.class)).toList();
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
            assertThat(keys()).containsExactly("#interpolate");
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
            return new JobEvent.PartsStreamed(job.id(), clock.instant(), attempt, parts);
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
            return JobStore.counters(store(), endpoint);
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
            assertThat(webhook(job))
                    .isEqualTo(
                            new WebhookState(
                                    3,
                                    webhook(job).nextAt(),
                                    WebhookState.Outcome.GIVEN_UP,
                                    "status 500"));
            assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        }

        @Test
        void anAttemptNothingWasHeardOfIsMadeAgain() {
            endedWithWebhook();
            pass(Duration.ofMillis(200));
            assertThat(webhooks.called).hasSize(1);
            webhooks.answers.add(new WebhookCall.Delivered("status 200"));
            pass(Duration.ofSeconds(21));
            pass(Duration.ofMinutes(5));
            assertThat(webhooks.called).hasSize(2);
        }

        @Test
        void aWebhookWaitsWhileTooManyAreUnderWay() {
            endedWithWebhook();
            webhooks.busy = true;
            pass(Duration.ofMinutes(1));
            webhooks.busy = false;
            pass(Duration.ofSeconds(2));
            assertThat(webhooks.called).hasSize(1);
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
            happens(samples.failed(job, "bad"));
            webhooks.answers.add(new WebhookCall.Delivered("status 200"));
            pass(Duration.ofMinutes(1));
            Job again = job.retriedAt(clock.instant(), 2);

            JobEvent retried = retried(job);
            happens(retried);
            happens(retried);

            assertThat(queue.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Job.class))
                    .containsExactly(again);
            assertThat(tracked(job).job()).isEqualTo(again);
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
            assertThat(keys()).noneMatch(key -> key.startsWith("%"));
            JobCounters counters = JobStore.counters(store(), ENDPOINT);
            assertThat(counters.inQueue()).isEqualTo(1);
            assertThat(counters.failed()).isEqualTo(1);
            assertThat(counters.retried()).isEqualTo(1);
            happens(samples.started(job, 3));
            happens(samples.completed(job, 3));
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
            happens(samples.failed(job, "bad"));
            happens(retried(job));
            queue.readValuesToList();
            passWith(Phase.IDLE, null, Duration.ofSeconds(70));
            assertThat(queue.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Job.class).attemptsBefore())
                    .containsExactly(4);
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
            past.add(samples.started(job, 2));
            happens(past.getLast());
            queue.readValuesToList();

            past.forEach(JobTopologyTest.this::happens);
            happens(samples.completed(job, 2));

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

    @Test
    void theWaitingJobsOfAnOwnerAreFoundAmongThoseOfOthers() {
        store().put("0", "read no further than the last that waits".getBytes(UTF_8));
        Job own = submit(samples.job("alice"));
        submit(samples.job("bob"));
        Job begun = submit(samples.job("alice"));
        submit(samples.job("bob"));
        happens(samples.started(begun, 1));
        assertThat(JobStore.queued(store(), ENDPOINT, "alice")).containsExactly(own.id());
        assertThat(JobStore.queued(store(), ENDPOINT, "carol")).isEmpty();
    }

    private Job submit(Job job) {
        jobs.pipeInput(job.id().value(), Wire.encode(job));
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

    private Command.Cancel command() {
        return (Command.Cancel) Wire.decode(commands.readValue(), Command.class);
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

    private List<String> keys() {
        var keys = new ArrayList<String>();
        try (var all = store().all()) {
            all.forEachRemaining(e -> keys.add(e.key));
        }
        return keys;
    }

    private KeyValueStore<String, byte[]> store() {
        return driver.getKeyValueStore(JobStore.STORE);
    }

    private static KafkaConfig kafka() {
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
