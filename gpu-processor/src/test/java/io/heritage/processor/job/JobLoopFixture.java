package io.heritage.processor.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import io.heritage.processor.device.Watchdog;
import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
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
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** One job through the loop, on ports that do nothing else. */
abstract class JobLoopFixture {
    static final Clock CLOCK = Clock.systemUTC();
    static final WorkerId WORKER = new WorkerId("worker");

    final List<String> ends = new ArrayList<>();
    final List<JobEvent> events = new ArrayList<>();
    Shutdown shutdown = new Shutdown(CLOCK, Duration.ZERO);
    final MemoryTransport queues = new MemoryTransport(CLOCK);
    Job job = newJob();
    boolean held = true;
    int fullDisks;
    int attempt = 1;
    Map<String, Long> older = Map.of();
    final List<Command> heardBefore = new ArrayList<>();
    Consumer<Command> commands = _ -> {};

    final EventLog log =
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

    final MetricsPage page = new MetricsPage();
    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                            .build())
                            .build());

    final class Claim implements ClaimedJob {
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

    @AfterEach
    void closePage() {
        page.close();
    }

    void requireDisk() {
        if (fullDisks-- > 0) {
            throw new DiskFull("full", "/data");
        }
    }

    static Job newJob() {
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

    JobEvent.QueuePurged purged(String owner, long before) {
        return new JobEvent.QueuePurged(
                JobId.forPurge(CLOCK),
                CLOCK.instant(),
                job.endpoint(),
                owner,
                Map.of(Topics.jobs(job), before));
    }

    static JobAnswer nothing() {
        return new JobAnswer.Output(Payload.ofJson(JsonNodeFactory.instance.objectNode()));
    }

    void run(JobHandler handler) throws InterruptedException {
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
                                                    page.meters(),
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

    static WorkerBoard nobody() {
        return new WorkerBoard() {
            @Override
            public void post(WorkerStatus status) {}

            @Override
            public Subscription subscribe(Consumer<WorkerStatus> listener) {
                return () -> {};
            }
        };
    }

    CommandBus commandBus() {
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

    List<String> namesOfEvents() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    JobEvent.Divided divided() {
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
}
