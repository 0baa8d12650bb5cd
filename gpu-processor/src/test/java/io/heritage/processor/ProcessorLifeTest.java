package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.interpolate.EngineLoader;
import io.heritage.schemas.Control;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How a processor takes, keeps, hands back and skips jobs. */
class ProcessorLifeTest extends ProcessorLifeFixture {
    @Test
    void aJobThatStoppedThreeWorkersIsFailedAndOneThatStoppedTwoIsRun() throws Exception {
        Job poison = installation.submit(endpoint, FRAMES, chelsea, coffee);
        loseStarts(poison, Installation.START_LIMIT);
        EndpointConfig other = installation.newEndpoint(EndpointKind.INTERPOLATE);
        Job unlucky = installation.submit(other, "{}");
        loseStarts(unlucky, Installation.START_LIMIT - 1);
        try (var _ =
                installation.processor(
                        List.of(endpoint, other),
                        (_, _) -> engine,
                        Duration.ZERO,
                        Clock.systemUTC())) {
            JobEvent.Failed failed = installation.await(poison, JobEvent.Failed.class);
            assertThat(failed.error())
                    .isEqualTo(
                            "job timed out after 2 retries: every worker that started it stopped before finishing");
            assertThat(failed.attempt()).isEqualTo(Installation.START_LIMIT + 1);
            installation.await(unlucky, JobEvent.Completed.class);
        }
        assertThat(namesOf(installation.events(poison)))
                .containsExactly("Started", "Started", "Started", "Failed");
    }

    @Test
    void aJobThatIsDoneIsNotRunAgain() throws Exception {
        Job done = installation.job(endpoint, endpoint.defaultPolicy(), "{}").requeuedAfter(1);
        installation.transport.events().append(new JobEvent.Cancelled(done.id(), Instant.now()));
        installation.transport.jobs().submit(done);
        loseDelivery(done);
        try (var _ = processor((_, _) -> engine, Duration.ZERO)) {
            Job next = installation.submit(endpoint, "{}");
            installation.await(next, JobEvent.Completed.class);
        }
        assertThat(namesOf(installation.events(done))).containsExactly("Cancelled");
    }

    @Test
    void aJobOfALaterVersionIsLeftToOthersAndTheOldWorkerTakesNoMore() throws Exception {
        BlockingQueue<WorkerStatus.Phase> heard = new LinkedBlockingQueue<>();
        installation.submitRaw(endpoint, "{\"v\":2,\"something\":\"this version cannot know\"}");
        try (var _ = phasesInto(heard);
                var _ = processor((_, _) -> engine, Duration.ZERO)) {
            awaitPhase(WorkerStatus.Phase.UNHEALTHY, heard);
        }
        for (int i = 0; i < 3; i++) {
            try (var queue = installation.queue(endpoint, "old-" + i)) {
                assertThatThrownBy(() -> takeOne(queue)).isInstanceOf(Wire.LaterVersion.class);
            }
        }
    }

    @Test
    void aWorkerThatLosesALaneIsUnhealthyUntilItHasJoinedAgain() throws Exception {
        BlockingQueue<WorkerStatus.Phase> heard = new LinkedBlockingQueue<>();
        ProcessorConfig config = Installation.config(Duration.ZERO);
        ProcessorPorts ports = installation.ports(config, List.of(endpoint));
        var queues = new ArrayDeque<Supplier<JobQueue>>();
        queues.add(ProcessorLifeTest::queueWithoutALane);
        queues.add(ports.queue());
        var failing =
                new ProcessorPorts(
                        () -> queues.remove().get(),
                        ports.windows(),
                        ports.events(),
                        ports.media(),
                        ports.results(),
                        ports.commands(),
                        ports.workers(),
                        ports.controls());
        try (var _ = phasesInto(heard);
                var _ =
                        installation.processor(
                                config,
                                List.of(endpoint),
                                failing,
                                (_, _) -> engine,
                                Clock.systemUTC())) {
            awaitPhase(WorkerStatus.Phase.IDLE, heard);
            awaitPhase(WorkerStatus.Phase.UNHEALTHY, heard);
            awaitPhase(WorkerStatus.Phase.IDLE, heard);
            Job job = installation.submit(endpoint, "{}");
            installation.await(job, JobEvent.Completed.class);
        }
    }

    @Test
    void aDrainedWorkerAndAPausedEndpointBeginNoJobUntilTheyAreSwitchedOn() throws Exception {
        ProcessorConfig config = Installation.config(Duration.ZERO);
        var controls = installation.transport.controls();
        controls.set(new Control.Drain(config.worker(), true, Instant.now()));
        try (Processor processor = processor((_, _) -> engine, Duration.ZERO)) {
            assertThat(processor.awaitReady(PATIENCE)).isTrue();
            Job job = installation.submit(endpoint, "{}");
            controls.set(new Control.Pause(endpoint.id(), true, Instant.now()));
            controls.set(new Control.Drain(config.worker(), false, Instant.now()));
            Awaitility.await()
                    .during(Duration.ofMillis(500))
                    .atMost(PATIENCE)
                    .until(() -> installation.events(job).isEmpty());
            controls.set(new Control.Pause(endpoint.id(), false, Instant.now()));
            installation.await(job, JobEvent.Completed.class);
        }
    }

    private static JobQueue queueWithoutALane() {
        return new JobQueue() {
            @Override
            public Optional<ClaimedJob> take(Duration timeout) {
                throw new TransportUnavailable("the thread of a lane ended", null);
            }

            @Override
            public void close() {}
        };
    }

    private static void takeOne(JobQueue queue) throws InterruptedException {
        var taken = queue.take(PATIENCE);
        assertThat(taken).as("a job of a later version").isEmpty();
    }

    @Test
    void whatAnAttemptBeforeTheRetryStillSaysDoesNotCountAsTheEndOfTheJob() throws Exception {
        Job retried = retriedAfterOneAttempt();
        Job done = retriedAfterOneAttempt();
        var killed = new WorkerId("killed");
        Payload output = Payload.ofJson(JsonNodeFactory.instance.objectNode());
        for (JobEvent event :
                List.of(
                        new JobEvent.Started(retried.id(), Instant.now(), 1, killed),
                        new JobEvent.Completed(retried.id(), Instant.now(), 1, killed, output),
                        new JobEvent.Completed(done.id(), Instant.now(), 2, killed, output))) {
            installation.transport.events().append(event);
        }
        installation.transport.jobs().submit(retried);
        installation.transport.jobs().submit(done);
        try (var _ = processor((_, _) -> engine, Duration.ZERO)) {
            Job next = installation.submit(endpoint, "{}");
            installation.await(next, JobEvent.Completed.class);
        }
        assertThat(namesOf(installation.events(retried)))
                .containsExactly(
                        "TimedOut", "Retried", "Started", "Completed", "Started", "Completed");
        assertThat(namesOf(installation.events(done)))
                .containsExactly("TimedOut", "Retried", "Completed");
    }

    /** Its retry is in the log and it is not in the queue yet. */
    private Job retriedAfterOneAttempt() throws IOException {
        Instant ended = Instant.now();
        Job job =
                installation
                        .job(endpoint, endpoint.defaultPolicy(), "{}")
                        .retriedAt(ended.plusMillis(1), 1);
        installation
                .transport
                .events()
                .append(new JobEvent.TimedOut(job.id(), ended, "job expired"));
        installation
                .transport
                .events()
                .append(new JobEvent.Retried(job.id(), job.submittedAt(), ended, 1));
        return job;
    }

    @Test
    void aProcessorThatStopsHandsItsJobBackAndFreesTheDevice() throws Exception {
        BlockingQueue<WorkerStatus.Phase> heard = new LinkedBlockingQueue<>();
        CountDownLatch computing = new CountDownLatch(1);
        engine.step = engine.untilStopped(computing);
        CountDownLatch heardOfTheStart = new CountDownLatch(1);
        EngineLoader loader =
                (_, _) -> {
                    awaitLatch(heardOfTheStart);
                    return engine;
                };
        try (var _ = phasesInto(heard)) {
            Processor processor = processor(loader, Duration.ZERO);
            awaitPhase(WorkerStatus.Phase.INITIALIZING, heard);
            heardOfTheStart.countDown();
            awaitPhase(WorkerStatus.Phase.IDLE, heard);
            Job job = installation.submit(endpoint, FRAMES, chelsea, coffee);
            Installation.await(computing);
            awaitPhase(WorkerStatus.Phase.RUNNING, heard);

            processor.close();

            assertThat(namesOf(installation.events(job))).endsWith("HandedBack");
            assertThat(engine.closed.getCount()).isZero();
            assertThat(engine.openPairs).hasValue(0);
            assertThat(installation.isEmpty(endpoint)).isTrue();
            awaitPhase(WorkerStatus.Phase.STOPPED, heard);
        }
    }

    @Test
    void aJobThatIsDoneWithinTheGraceIsNotHandedBack() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        engine.step =
                _ -> {
                    computing.countDown();
                    awaitLatch(stopping);
                };
        Processor processor = processor((_, _) -> engine, Duration.ofSeconds(30));
        Job job = installation.submit(endpoint, FRAMES, chelsea, coffee);
        Installation.await(computing);
        Thread closer = Thread.ofVirtual().start(processor::close);
        stopping.countDown();

        installation.await(job, JobEvent.Completed.class);
        assertThat(closer.join(Duration.ofSeconds(30))).isTrue();
    }

    /** Starts that end without a word, as if the worker had been killed. */
    private void loseStarts(Job job, int starts) throws InterruptedException {
        for (int start = 1; start <= starts; start++) {
            int attempt = loseDelivery(job);
            installation
                    .transport
                    .events()
                    .append(
                            new JobEvent.Started(
                                    job.id(), Instant.now(), attempt, new WorkerId("killed")));
        }
    }

    /** The number of its attempt. */
    private int loseDelivery(Job job) throws InterruptedException {
        try (JobQueue queue =
                        installation.transport.queue(
                                List.of(job.endpoint()),
                                new WorkerId("killed"),
                                Installation.QUEUE);
                ClaimedJob claim = queue.take(PATIENCE).orElseThrow()) {
            assertThat(claim.job().id()).isEqualTo(job.id());
            return claim.attempt();
        }
    }

    /** Phases of workers of this test: the board keeps the latest of those before. */
    private Subscription phasesInto(BlockingQueue<WorkerStatus.Phase> heard) {
        return installation
                .transport
                .workers()
                .subscribe(status -> {
                    if (!status.at().isBefore(begun)) {
                        heard.add(status.phase());
                    }
                });
    }

    private static void awaitPhase(
            WorkerStatus.Phase phase, BlockingQueue<WorkerStatus.Phase> heard)
            throws InterruptedException {
        WorkerStatus.Phase next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (next != phase) {
            assertThat(next).as("while waiting for " + phase).isNotNull();
            next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
