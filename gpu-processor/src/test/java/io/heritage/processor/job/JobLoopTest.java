package io.heritage.processor.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.processor.device.Watchdog;
import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.log.WorkerBoard;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.memory.MemoryTransport;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One job through the loop, on ports that do nothing else. */
class JobLoopTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final WorkerId WORKER = new WorkerId("worker");

    private final List<String> ends = new ArrayList<>();
    private final List<JobEvent> events = new ArrayList<>();
    private Shutdown shutdown = new Shutdown(CLOCK, Duration.ZERO);
    private final MemoryTransport queues = new MemoryTransport(CLOCK);
    private Job job = newJob();
    private boolean held = true;
    private int fullDisks;
    private int attempt = 1;
    private Map<String, Long> older = Map.of();
    private final List<Command> heardBefore = new ArrayList<>();
    private Consumer<Command> commands = _ -> {};

    private final EventLog log =
            new EventLog() {
                @Override
                public void append(JobEvent event) {
                    events.add(event);
                }

                @Override
                public void appendEverywhere(JobEvent.QueuePurged event) {
                    events.add(event);
                }

                @Override
                public void post(JobEvent event) {
                    events.add(event);
                }

                @Override
                public List<JobEvent> history(JobId id, Instant since) {
                    return List.copyOf(events);
                }
            };

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                            .build())
                            .build());

    private final class Claim implements ClaimedJob {
        @Override
        public Job job() {
            return job;
        }

        @Override
        public String topic() {
            return Topics.jobs(job);
        }

        @Override
        public long offset() {
            return 7;
        }

        @Override
        public int attempt() {
            return attempt;
        }

        @Override
        public boolean lastDelivery() {
            return false;
        }

        @Override
        public boolean held() {
            return held;
        }

        @Override
        public void finish() {
            ends.add("finished");
        }

        @Override
        public void close() {
            ends.add("closed");
            shutdown.request();
        }
    }

    private void requireDisk() {
        if (fullDisks-- > 0) {
            throw new DiskFull("full", "/data");
        }
    }

    private static Job newJob() {
        return new Job(
                JobId.forRun(CLOCK),
                new EndpointId("e"),
                EndpointKind.INTERPOLATE,
                "tester",
                Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                EndpointConfig.defaults(new EndpointId("e"), EndpointKind.INTERPOLATE)
                        .defaultPolicy(),
                null,
                EndpointKind.INTERPOLATE.defaultReply(),
                CLOCK.instant(),
                0);
    }

    private JobEvent.QueuePurged purged(String owner, long before) {
        return new JobEvent.QueuePurged(
                JobId.forPurge(CLOCK),
                CLOCK.instant(),
                job.endpoint(),
                owner,
                Map.of(Topics.jobs(job), before));
    }

    private static JobAnswer nothing() {
        return new JobAnswer.Output(Payload.ofJson(JsonNodeFactory.instance.objectNode()));
    }

    private void run(JobHandler handler) throws InterruptedException {
        JobQueue queue =
                new JobQueue() {
                    @Override
                    public Optional<ClaimedJob> take(Duration timeout) {
                        return Optional.of(new Claim());
                    }

                    @Override
                    public void close() {}
                };
        var watchdog = new Watchdog(Thread.currentThread(), Duration.ZERO, () -> {});
        try (var heartbeat =
                        new Heartbeat(
                                nobody(),
                                WORKER,
                                List.of(new EndpointId("e")),
                                Duration.ofMinutes(1),
                                CLOCK);
                var cancellations = Cancellations.follow(commandBus(), queues.windows(), CLOCK);
                watchdog) {
            new JobLoop(
                            queue,
                            this::requireDisk,
                            new Admission(cancellations, log, 3, older, CLOCK),
                            (claim, number) ->
                                    new Attempt(
                                            claim,
                                            number,
                                            WORKER,
                                            log,
                                            cancellations,
                                            () -> false,
                                            watchdog,
                                            new AttemptMeters(
                                                    Meters.none(),
                                                    new AttemptTrace(
                                                            traces, claim, number, WORKER)),
                                            CLOCK),
                            Map.of(EndpointKind.INTERPOLATE, handler),
                            (_, output) -> output,
                            heartbeat,
                            watchdog,
                            shutdown)
                    .run();
        }
    }

    private static WorkerBoard nobody() {
        return new WorkerBoard() {
            @Override
            public void post(WorkerStatus status) {}

            @Override
            public Subscription subscribe(Consumer<WorkerStatus> listener) {
                return () -> {};
            }
        };
    }

    private CommandBus commandBus() {
        return new CommandBus() {
            @Override
            public void broadcast(Command command) {}

            @Override
            public Subscription subscribe(Duration past, Consumer<Command> listener) {
                commands = listener;
                heardBefore.forEach(listener);
                return () -> {};
            }
        };
    }

    private List<String> namesOfEvents() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    @Test
    void anAttemptAndItsStagesAreSpansOfTheJobsTrace() throws InterruptedException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        job = job.tracedAs("00-" + trace + "-00f067aa0ba902b7-01");
        run(observer -> {
            observer.progress(new WorkProgress("decode", 0.1, 0, 4));
            observer.progress(new WorkProgress("frames", 0.5, 2, 4));
            observer.progress(new WorkProgress("frames", 0.9, 3, 4));
            return nothing();
        });
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("queue", "decode", "frames", "process " + Topics.jobs(job));
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getTraceId)
                .containsOnly(trace);
    }

    @Test
    void anAttemptThatIsHandedBackAndTheNextOneAreOfTheSameTrace() throws InterruptedException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        job = job.tracedAs("00-" + trace + "-00f067aa0ba902b7-01");
        run(_ -> {
            throw new WorkStopped(WorkStopped.Reason.SHUTDOWN);
        });
        attempt = 2;
        shutdown = new Shutdown(CLOCK, Duration.ZERO);
        run(_ -> {
            throw new IOException("a secret prompt");
        });
        List<SpanData> attempts =
                spans.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().startsWith("process"))
                        .toList();
        assertThat(attempts).hasSize(2);
        assertThat(attempts).extracting(SpanData::getTraceId).containsOnly(trace);
        assertThat(attempts.toString()).contains("handed_back", "failed").doesNotContain("secret");
    }

    /** The fault: by the worker's clock the job had expired before it came in. */
    @Test
    void aJobIsRunWhateverTheClockOfItsGateway() throws InterruptedException {
        job =
                new Job(
                        job.id(),
                        job.endpoint(),
                        job.kind(),
                        job.owner(),
                        job.input(),
                        new ExecutionPolicy(Duration.ofMinutes(1), Duration.ofSeconds(10), false),
                        null,
                        job.reply(),
                        CLOCK.instant().minusSeconds(60),
                        0);
        run(_ -> nothing());
        assertThat(events.getLast()).isInstanceOf(JobEvent.Completed.class);
    }

    @Test
    void aJobWhoseResultFindsADiskFullIsHandedBackAndNoneIsTakenMeanwhile()
            throws InterruptedException {
        fullDisks = 1;
        run(_ -> {
            assertThat(fullDisks).isNegative();
            throw new DiskFull("full", "/data");
        });
        assertThat(events.getLast()).isInstanceOf(JobEvent.HandedBack.class);
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aJobIsRemovedFromTheQueueAfterItsEndIsReported() throws Exception {
        run(_ -> nothing());

        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Kafka may still hold it for this worker: finished without an end, it would be lost. */
    @Test
    void aJobWhoseLockHasRunOutIsGivenBackWithoutAnEnd() throws Exception {
        run(attempt -> {
            held = false;
            attempt.checkpoint();
            throw new AssertionError("went on without the claim");
        });

        assertThat(namesOfEvents()).containsExactly("Started");
        assertThat(ends).containsExactly("closed");
    }

    @Test
    void theLoserOfADoubledClaimStopsWithoutAnEndAndLeavesTheJobToTheOther() throws Exception {
        run(attempt -> {
            JobId id = attempt.job().id();
            commands.accept(new Command.Stop(id, CLOCK.instant(), 1, new WorkerId("other")));
            attempt.checkpoint();
            commands.accept(new Command.Stop(id, CLOCK.instant(), 1, WORKER));
            attempt.checkpoint();
            throw new AssertionError("went on beside another attempt");
        });

        assertThat(namesOfEvents()).containsExactly("Started");
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void anErrorOfAJobFailsTheJobAndNotTheLoop() throws Exception {
        run(_ -> {
            throw new StackOverflowError();
        });

        assertThat(namesOfEvents()).containsExactly("Started", "Failed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aJobThatWaitedWhenItsQueueWasPurgedIsNotBegun() throws Exception {
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        run(_ -> {
            throw new AssertionError("begun");
        });

        assertThat(events).isEmpty();
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Its parent was begun before, or it would not exist. */
    @Test
    void aPurgeMeetsNoPartOfADividedJob() throws Exception {
        job = Division.segment(job, divided(), 1);
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        run(_ -> nothing());
        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aJobThatIsDividedIsNotRunWhole() throws Exception {
        run(_ -> new JobAnswer.InParts(divided().division()));
        assertThat(namesOfEvents()).containsExactly("Started", "Divided");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Its worker died between the event and the acknowledgement. */
    /** The sink had written it once more, since it had not seen the first in the queue. */
    @Test
    void aSecondRecordOfAJobThatRunsIsSkipped() throws Exception {
        var another = new WorkerId("another");
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, another));
        job = job.requeuedAfter(job.attemptsUpTo(0));
        attempt = job.attemptsBefore() + 1;
        run(_ -> {
            throw new IllegalStateException("it runs elsewhere");
        });
        assertThat(events).hasSize(1);
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aDividedJobThatIsDeliveredAgainIsSkipped() throws Exception {
        attempt = 2;
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, WORKER));
        events.add(divided());
        run(_ -> nothing());
        assertThat(namesOfEvents()).containsExactly("Started", "Divided");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** What a worker wrote that had lost the job does not count: nobody runs these parts. */
    @Test
    void aDivisionByAReplacedWorkerKeepsNoJob() throws Exception {
        attempt = 3;
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, WORKER));
        events.add(
                new JobEvent.Started(job.id(), CLOCK.instant(), 2, new WorkerId("another-worker")));
        events.add(divided());
        run(_ -> nothing());
        assertThat(namesOfEvents())
                .containsExactly("Started", "Started", "Divided", "Started", "Completed");
    }

    private JobEvent.Divided divided() {
        return new JobEvent.Divided(
                job.id(),
                CLOCK.instant(),
                1,
                WORKER,
                new Division(
                        List.of(
                                new JobPart.Segment(0, 20, 0, 24, 9, 2, 1),
                                new JobPart.Segment(20, 40, 13, 40, 9, 2, 0))));
    }

    @Test
    void aPurgeOfAnotherOwnerOrOfEarlierJobsKeepsNoJob() throws Exception {
        heardBefore.add(new Command.Purge(purged("another", 8)));
        heardBefore.add(new Command.Purge(purged("tester", 7)));
        run(_ -> nothing());

        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
    }

    /** It ran when the queue was purged, its worker died, and it is delivered again. */
    @Test
    void aJobThatWasBegunBeforeThePurgeIsRunAgain() throws Exception {
        attempt = 2;
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, new WorkerId("dead")));
        events.add(purged("tester", 8));
        run(_ -> nothing());

        assertThat(namesOfEvents()).endsWith("Started", "Completed");
    }

    /** The command was not heard; the log tells. */
    @Test
    void aJobThatWasHandedBackBeforeThePurgeIsNotRunAgain() throws Exception {
        attempt = 2;
        WorkerId other = new WorkerId("other");
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, other));
        events.add(new JobEvent.HandedBack(job.id(), CLOCK.instant(), 1, other));
        events.add(purged("tester", 8));
        run(_ -> {
            throw new AssertionError("begun");
        });

        assertThat(ends).containsExactly("finished", "closed");
    }

    /** The broker ended with every worker that had it, and delivers it for the first time again. */
    @Test
    void aJobThatStoppedEveryWorkerIsFailedThoughTheBrokerHasForgotten() throws Exception {
        older = Map.of(Topics.jobs(job), 8L);
        for (int i = 1; i <= 2; i++) {
            events.add(new JobEvent.Started(job.id(), CLOCK.instant(), i, new WorkerId("dead")));
        }
        run(_ -> nothing());
        assertThat(events.get(2)).isInstanceOf(JobEvent.Started.class);
        assertThat(((JobEvent.Started) events.get(2)).attempt()).isEqualTo(3);

        events.removeLast();
        shutdown = new Shutdown(CLOCK, Duration.ZERO);
        run(_ -> {
            throw new AssertionError("begun");
        });
        assertThat(events.getLast()).isInstanceOf(JobEvent.Failed.class);
        var failed = (JobEvent.Failed) events.getLast();
        assertThat(failed.error()).startsWith("job timed out after 2 retries");
        assertThat(failed.attempt()).isEqualTo(4);
    }

    @Test
    void aPurgeIsForgottenOnceItsQueueIsThroughWithItsJobs() throws Exception {
        queues.jobs().submit(job);
        var purges = new QueuePurges(queues.windows());
        purges.add(purged("tester", 1));
        purges.forgetPast();
        assertThat(purges.isEmpty()).isFalse();

        try (JobQueue queue = queues.queue(List.of(job.endpoint()), WORKER)) {
            queue.take(Duration.ofSeconds(1)).orElseThrow().finish();
        }
        purges.forgetPast();
        assertThat(purges.isEmpty()).isTrue();
    }
}
