package io.heritage.sink;

import static io.heritage.sink.SinkFixture.CLIENTS_WAIT;
import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static io.heritage.sink.SinkFixture.quickestOfThree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.log.Subscription;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting, cancelling, retrying, purging and counting jobs at one sink. */
@SuppressWarnings("NullAway.Init")
class SinkTest extends OneSinkFixture {
    @Test
    void aWaitingCallerIsWokenByTheTerminalEvent() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.transport.events().append(samples.started(job, 1));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = threads.submit(() -> fixture.json(jobUri(sink, job, "&wait=300000")));
            assertThat(fixture.json(jobUri(sink, job, "")).path("status").asText())
                    .isIn("IN_PROGRESS", "IN_QUEUE");
            assertThat(answer.isDone()).isFalse();
            await(() -> fixture.page.text().contains("heritage_sink_waiting 1.0"));
            fixture.transport.events().append(samples.completed(job, 1));
            JsonNode reply = answer.get(60, TimeUnit.SECONDS); // of five minutes
            assertThat(reply.path("status").asText()).isEqualTo("COMPLETED");
            assertThat(reply.path("output")).isEqualTo(Samples.json("{'frames':3}"));
            assertThat(reply.path("workerId").asText()).isEqualTo("gpu-0");
            assertThat(reply.path("delayTime").isIntegralNumber()).isTrue();
            assertThat(reply.path("executionTime").isIntegralNumber()).isTrue();
            assertThat(reply.has("error") || reply.has("retries")).isFalse();
        }
    }

    @Test
    void aWaitThatIsOverIsAnsweredWithTheStateAsItIs() throws Exception {
        Job job = fixture.submit(samples.job());
        var state = (ObjectNode) fixture.json(jobUri(sink, job, "&wait=50"));
        state.remove("outlook"); // there once its place is known
        assertThat(state)
                .isEqualTo(Samples.json("{'id':'%s','status':'IN_QUEUE'}".formatted(job.id())));
    }

    @Test
    void anUnknownIdIsNotFoundHoweverYoungItIs() throws Exception {
        Clock past = Clock.fixed(Instant.now().minusSeconds(300), ZoneOffset.UTC);
        Clock future = Clock.fixed(Instant.now().plusSeconds(300), ZoneOffset.UTC);
        for (String id :
                List.of(
                        JobId.forRun(past).value(),
                        JobId.forRun(future).value(),
                        samples.job().id().value(),
                        "no-such-job",
                        "with.dot")) {
            URI uri = jobUri(sink, id, "interpolate", "alice", "&wait=60000");
            HttpResponse<String> reply = fixture.get(uri);
            assertThat(reply.statusCode()).isEqualTo(404);
            assertThat(quickestOfThree(() -> fixture.get(uri)))
                    .as("%s is held neither for its wait of 60 s nor until clients give up", id)
                    .isLessThan(CLIENTS_WAIT);
            assertThat(Wire.json().readTree(reply.body()))
                    .isEqualTo(Samples.json("{'detail':'job not found','error':'job not found'}"));
        }
    }

    /** The gateway made the id; the fault: by a clock a minute behind it was unknown at once. */
    @ParameterizedTest
    @ValueSource(ints = {-60, 60})
    void aJobIsWaitedForWhateverTheClockOfItsGateway(int seconds) throws Exception {
        var gateway = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        Job job = new Samples(gateway).job();
        fixture.transport.events().append(samples.completed(job, 1));
        fixture.transport.jobs().submit(job);
        assertThat(fixture.json(jobUri(sink, job, "&wait=60000")).path("status").asText())
                .isEqualTo("COMPLETED");
    }

    @Test
    void theFirstSubmissionOfAKeyIsTheJobAndIsQueuedOnce() throws Exception {
        Job job = samples.job();
        Job mine = withBody(job, "aa");
        Job other = withBody(job, "bb");
        fixture.transport.events().append(new JobEvent.Submitted(mine, Instant.now(), null));
        fixture.transport.events().append(new JobEvent.Submitted(other, Instant.now(), null));
        URI submission =
                URI.create(
                        jobUri(sink, job, "&wait=60000")
                                .toString()
                                .replace(job.id().value(), job.id() + "/submission"));
        assertThat(fixture.json(submission)).isEqualTo(Samples.json("{'body':'aa'}"));
        assertThat(fixture.json(jobUri(sink, job, "")).path("status").asText())
                .isEqualTo("IN_QUEUE");
        fixture.transport.events().append(samples.completed(job, 1));
        assertThat(fixture.json(jobUri(sink, job, "&wait=60000")).path("status").asText())
                .isEqualTo("COMPLETED");
        assertThat(fixture.json(submission)).isEqualTo(Samples.json("{'body':'aa'}"));
    }

    private static Job withBody(Job job, String hash) {
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                job.input(),
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                0,
                hash,
                null);
    }

    @Test
    void theJobOfAnotherOwnerOrEndpointIsNotFound() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.json(jobUri(sink, job, ""));
        String id = job.id().value();
        assertThat(fixture.get(jobUri(sink, id, "interpolate", "bob", "")).statusCode())
                .isEqualTo(404);
        assertThat(fixture.get(jobUri(sink, id, "restore", "alice", "")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aCancelledJobIsCancelledForGood() throws Exception {
        Job job = fixture.submit(samples.job());
        BlockingQueue<Command> heard = new LinkedBlockingQueue<>();
        try (var subscription = subscribe(Set.of(job.id()), heard)) {
            JsonNode expected =
                    Samples.json("{'id':'%s','status':'CANCELLED'}".formatted(job.id()));
            assertThat(fixture.cancel(sink, job)).isEqualTo(expected);
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isInstanceOf(Command.Cancel.class);
            fixture.transport.events().append(samples.completed(job, 1));
            assertThat(fixture.cancel(sink, job)).isEqualTo(expected);
        }
    }

    /** To those about these jobs, and to purges; other tests' may still be on their way. */
    private static Subscription subscribe(Set<JobId> jobs, BlockingQueue<Command> heard) {
        return fixture.transport
                .commands()
                .subscribe(
                        Duration.ZERO,
                        command -> {
                            if (command instanceof Command.Purge
                                    || jobs.contains(command.jobId())) {
                                heard.add(command);
                            }
                        });
    }

    @Test
    void cancellingAFinishedJobTellsHowItReallyEnded() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.transport.events().append(samples.failed(job, "bad"));
        fixture.json(jobUri(sink, job, "&wait=60000"));
        assertThat(fixture.cancel(sink, job).path("status").asText()).isEqualTo("FAILED");
        Job unknown = new Samples(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)).job();
        assertThat(fixture.cancel(sink, unknown).path("error").asText()).isEqualTo("job not found");
    }

    @Test
    void aFailedJobIsRetriedUnderItsIdAndAnyOtherIsNot() throws Exception {
        Job job = fixture.submit(samples.job());
        assertThat(fixture.retry(sink, job).path("error").asText())
                .isEqualTo(
                        "only a job that FAILED or TIMED_OUT can be retried, this one is IN_QUEUE");
        fixture.transport.events().append(samples.started(job, 1));
        fixture.transport.events().append(samples.failed(job, "bad"));
        awaitFolded(job);
        var inQueue = Samples.json("{'id':'%s','status':'IN_QUEUE'}".formatted(job.id()));
        assertThat(fixture.retry(sink, job)).isEqualTo(inQueue);
        ObjectNode status = (ObjectNode) fixture.json(jobUri(sink, job, ""));
        status.remove("outlook"); // what it says of the queue depends on other tests' jobs
        assertThat(status).isEqualTo(inQueue);
        fixture.transport.events().append(samples.started(job, 33));
        fixture.transport.events().append(samples.completed(job, 33));
        awaitFolded(job);
        assertThat(fixture.retry(sink, job).path("error").asText()).endsWith("COMPLETED");
        Job unknown = new Samples(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)).job();
        assertThat(fixture.retry(sink, unknown).path("error").asText()).isEqualTo("job not found");
    }

    @Test
    void purgingCancelsWhatTheOwnerHasWaitingAndNothingElse() throws Exception {
        Job running = fixture.submit(samples.job());
        fixture.transport.events().append(samples.started(running, 1));
        Job done = fixture.submit(samples.job());
        finish(done, Payload.ofJson(Samples.json("{}")));
        Job another = fixture.submit(samples.job("bob"));
        fixture.json(jobUri(sink, another.id().value(), "interpolate", "bob", ""));
        fixture.purge(sink); // what other tests have left
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < 30; i++) {
            waiting.add(fixture.submit(samples.job()));
        }
        BlockingQueue<Command> heard = new LinkedBlockingQueue<>();
        Set<JobId> ids = waiting.stream().map(Job::id).collect(Collectors.toUnmodifiableSet());
        try (var subscription = subscribe(ids, heard)) {
            assertThat(fixture.purge(sink))
                    .as("acknowledged just now, hardly folded")
                    .isEqualTo(Samples.json("{'removed':30,'status':'completed'}"));
            for (Job job : waiting) {
                assertThat(state(job)).isEqualTo("CANCELLED");
            }
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isInstanceOf(Command.Purge.class);
            assertThat(heard).as("further broadcasts").isEmpty();
            assertThat(fixture.purge(sink).path("removed").asInt()).isZero();
        }
        assertThat(state(running)).isEqualTo("IN_PROGRESS");
        assertThat(state(done)).isEqualTo("COMPLETED");
        assertThat(
                        fixture.json(jobUri(sink, another.id().value(), "interpolate", "bob", ""))
                                .path("status")
                                .asText())
                .isEqualTo("IN_QUEUE");
        fixture.transport.events().append(samples.completed(running, 1));
        awaitFolded(running);
    }

    /** Were a call not woken by what it waits for, it would take a minute here. */
    @Test
    void cancellingAndPurgingAreAnsweredBeforeClientsGiveUp() throws Exception {
        assertThat(quickestOfThree(() -> fixture.cancel(sink, fixture.submit(samples.job()))))
                .isLessThan(CLIENTS_WAIT);
        assertThat(
                        quickestOfThree(() -> {
                            fixture.submit(samples.job());
                            fixture.purge(sink);
                        }))
                .isLessThan(CLIENTS_WAIT);
    }

    @Test
    void healthCountsEveryJobThatWasAcknowledgedBeforeItWasAsked() throws Exception {
        for (int round = 0; round < 5; round++) {
            fixture.purge(sink);
            int others = inQueue();
            for (int i = 0; i < 20; i++) {
                fixture.submit(samples.job());
            }
            assertThat(inQueue() - others).isEqualTo(20);
        }
    }

    @Test
    void shardsOfALaneThatComeLaterAreFollowedAndPurged() throws Exception {
        fixture.purge(sink);
        int others = inQueue();
        try (var raised = KafkaTransport.open(fixture.kafka.withLaneShards(3))) {
            raised.createTopics(List.of(Samples.ENDPOINT));
            for (int i = 0; i < 12; i++) {
                raised.jobs().submit(samples.job());
            }
        }
        assertThat(fixture.purge(sink).path("removed").asInt()).isEqualTo(12);
        assertThat(inQueue()).isEqualTo(others);
    }

    private int inQueue() throws Exception {
        return fixture.health(sink).at("/jobs/inQueue").asInt();
    }

    @Test
    void healthCountsJobsAndWorkers() throws Exception {
        assertThat(fixture.page.text()).contains("heritage_sink_bad_records 0.0");
        JsonNode before = fixture.health(sink);
        assertThat(before.path("jobs").size() + before.path("workers").size()).isEqualTo(11);
        Job job = fixture.submit(samples.job());
        fixture.json(jobUri(sink, job, ""));
        await(this::anIdleWorkerIsReady);
        long queued = healthAt("/jobs/inQueue");
        long completed = healthAt("/jobs/completed");
        finish(job, Payload.ofJson(Samples.json("{}")));
        assertThat(healthAt("/jobs/inQueue")).isEqualTo(queued - 1);
        assertThat(healthAt("/jobs/completed")).isEqualTo(completed + 1);
    }

    /** A heartbeat counts for seconds only. */
    private boolean anIdleWorkerIsReady() {
        fixture.transport.workers().post(samples.worker(Phase.IDLE, null));
        JsonNode workers = health().path("workers");
        return workers.path("idle").asInt() == 1 && workers.path("ready").asInt() == 1;
    }
}
