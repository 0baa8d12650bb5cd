package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.fold.RunTimes;
import io.heritage.sink.fold.TrackedJob;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists of jobs and workers, by two sinks that have half of them each. */
@SuppressWarnings("NullAway.Init")
class SinkRequestsTest extends TwoSinksFixture {
    @Test
    void allJobsOfTheOwnerAreListedNewestFirstPageByPage() throws Exception {
        List<String> expected = jobs.reversed().stream().map(job -> job.id().value()).toList();
        for (Sink sink : List.of(first, second)) {
            var found = new ArrayList<String>();
            JsonNode page = fixture.json(list(sink, "&limit=10"));
            while (true) {
                assertThat(page.path("requests").size()).isLessThanOrEqualTo(10);
                found.addAll(ids(page));
                String cursor = page.path("cursor").asText();
                if (cursor.isEmpty()) {
                    break;
                }
                page = fixture.json(list(sink, "&limit=10&cursor=" + cursor));
            }
            assertThat(found).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void theListIsFilteredByStateAndText() throws Exception {
        JsonNode failed = fixture.json(list(first, "&status=failed"));
        assertThat(ids(failed))
                .containsExactlyElementsOf(
                        jobs.subList(0, 5).reversed().stream().map(j -> j.id().value()).toList());
        JsonNode one = failed.path("requests").get(0);
        assertThat(one.path("error").asText()).isEqualTo("bad media in field start");
        assertThat(one.path("workerId").asText()).isEqualTo("gpu-0");
        assertThat(one.path("createdAt").asText()).isEqualTo(jobs.get(4).submittedAt().toString());
        assertThat(ids(fixture.json(list(second, "&q=FIELD%20Start")))).hasSize(5);
        String id = jobs.get(20).id().value();
        assertThat(ids(fixture.json(list(first, "&q=" + id.substring(0, 12))))).containsExactly(id);
        for (String wrong : List.of("&status=DONE", "&limit=0", "&cursor=..", "&cursor=abcd")) {
            assertThat(fixture.get(list(first, wrong)).statusCode()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void oneJobIsToldWithAttemptsStagesAndInputWithoutMedia() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        Job plain = samples.job("carol", null, ReplyShape.ENVELOPE);
        MediaRef input = fixture.input(plain, new byte[] {1, 2, 3, 4});
        Job job =
                fixture.submit(
                        new Job(
                                plain.id(),
                                plain.endpoint(),
                                plain.kind(),
                                plain.owner(),
                                new Payload(
                                        Samples.json("{'start':{'$media':0},'steps':8}"),
                                        List.of(input)),
                                plain.policy(),
                                null,
                                plain.reply(),
                                plain.submittedAt(),
                                0));
        var events = fixture.transport.events();
        events.append(samples.started(job, 1));
        events.append(samples.started(job, 2));
        for (String stage : List.of("load", "sample", "sample")) {
            events.append(
                    new JobEvent.Progress(
                            job.id(),
                            samples.clock().instant(),
                            2,
                            Samples.WORKER,
                            1,
                            Samples.json("{'stage':'%s'}".formatted(stage))));
        }
        events.append(samples.completed(job, 2));
        String id = job.id().value();
        fixture.json(jobUri(first, id, "interpolate", "carol", "&wait=60000"));
        JsonNode details =
                fixture.json(jobUri(second, id + "/details", "interpolate", "carol", ""));
        assertThat(details.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(details.path("inputs").asInt()).isEqualTo(1);
        assertThat(details.path("outputs").asInt(-1)).isZero();
        assertThat(details.at("/input/steps").asInt()).isEqualTo(8);
        assertThat(details.at("/input/start/sha256").asText()).isEqualTo(input.sha256());
        assertThat(details.at("/attempts/0/end").asText()).isEqualTo("replaced");
        assertThat(details.at("/attempts/1/end").asText()).isEqualTo("COMPLETED");
        assertThat(details.at("/stages/1/stage").asText()).isEqualTo("sample");
        assertThat(details.path("stages")).hasSize(2);
        assertThat(details.at("/timeline/0/event").asText()).isEqualTo("started");
        assertThat(details.at("/timeline/2/event").asText()).isEqualTo("COMPLETED");
        HttpResponse<String> foreign =
                fixture.get(jobUri(second, id + "/details", "interpolate", "alice", ""));
        assertThat(foreign.statusCode()).isEqualTo(404);
    }

    @Test
    void aWaitingJobIsToldItsPlaceOverBothSinks() {
        Job last = jobs.getLast();
        for (Sink sink : List.of(first, second)) {
            for (String what : List.of("", "/details")) {
                URI uri = jobUri(sink, last.id() + what, "interpolate", "alice", "");
                await(() -> isPlaced(outlook(uri), JOBS - 1 - 5));
            }
        }
    }

    private static boolean isPlaced(JsonNode outlook, int ahead) {
        return outlook.path("ahead").asInt() == ahead
                && outlook.path("position").asInt() == ahead + 1;
    }

    private static JsonNode outlook(URI uri) {
        try {
            JsonNode job = fixture.json(uri);
            assertThat(job.path("status").asText()).isEqualTo("IN_QUEUE");
            return job.path("outlook");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void howLongJobsTookTellsHowLongTheNextMayTake() {
        var times = new RunTimes();
        var clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
        var samples = new Samples(clock);
        assertThat(times.of(Samples.ENDPOINT)).isEmpty();
        for (int seconds = 1; seconds <= 10; seconds++) {
            Job job = samples.job();
            JobRecord begun =
                    JobRecord.unseen(job.id()).submitted(job).apply(samples.started(job, 1));
            clock.move(Duration.ofSeconds(seconds));
            times.changed(
                    TrackedJob.unseen(job.id(), clock.instant())
                            .folded(begun.apply(samples.completed(job, 1)), clock.instant()));
        }
        RunTimes.Range range = times.of(Samples.ENDPOINT).orElseThrow();
        assertThat(range).isEqualTo(new RunTimes.Range(5_000, 9_000));
        assertThat(range.after(Duration.ofSeconds(6))).isEqualTo(new RunTimes.Range(0, 3_000));
        assertThat(range.times(0.5)).isEqualTo(new RunTimes.Range(2_500, 4_500));
        assertThat(times.of(Samples.ENDPOINT, 100, 10)).isEmpty();
        for (int i = 0; i < 3; i++) {
            complete(times, clock, "{'metadata':{'width':10,'height':10,'frame_count':20}}", 4);
            complete(times, clock, "{'width':100,'height':100,'frames':20}", 400);
        }
        assertThat(times.of(Samples.ENDPOINT, 100, 10)).contains(new RunTimes.Range(2_000, 2_000));
        assertThat(times.hasDone(Samples.ENDPOINT, 10_000)).isTrue();
        assertThat(times.hasDone(Samples.ENDPOINT, 10_001)).isFalse();
    }

    private static void complete(RunTimes times, MovingClock clock, String output, int seconds) {
        var samples = new Samples(clock);
        Job job = samples.job();
        JobRecord begun = JobRecord.unseen(job.id()).submitted(job).apply(samples.started(job, 1));
        clock.move(Duration.ofSeconds(seconds));
        times.changed(
                TrackedJob.unseen(job.id(), clock.instant())
                        .folded(
                                begun.apply(
                                        samples.completed(
                                                job, 1, Payload.ofJson(Samples.json(output)))),
                                clock.instant()));
    }

    private static URI endpoint(Sink sink, String path, String more) {
        return URI.create(
                "http://127.0.0.1:%d/v1/endpoints/interpolate/%s?owner=erin%s"
                        .formatted(sink.port(), path, more));
    }

    private static JsonNode worker(Sink sink, String id) throws Exception {
        for (JsonNode worker : fixture.json(endpoint(sink, "workers", "")).path("workers")) {
            if (worker.path("id").asText().equals(id)) {
                return worker;
            }
        }
        return MissingNode.getInstance();
    }

    /** Both parts of a job that runs: it is known, and so is who works on it. */
    private static boolean isRunning(Sink sink, String worker, Job job) {
        try {
            JsonNode running = worker(sink, worker).path("job");
            return running.path("id").asText().equals(job.id().value())
                    && running.path("status").asText().equals("IN_PROGRESS");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isIn(String state, Sink sink, String id) {
        try {
            return worker(sink, id).path("state").asText().equals(state);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theWorkersAreListedEachWithTheJobOfTheCallerAlone() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        Job own = fixture.submit(samples.job("erin"));
        Job foreign = fixture.submit(samples.job("frank"));
        for (Job job : List.of(own, foreign)) {
            fixture.transport.events().append(samples.started(job, 1));
        }
        var board = fixture.transport.workers();
        board.post(worker("w-own", Phase.RUNNING, own.id()));
        board.post(worker("w-foreign", Phase.RUNNING, foreign.id()));
        board.post(worker("w-gone", Phase.STOPPED, null));
        board.post(worker("w-new", Phase.INITIALIZING, null));
        for (Sink sink : List.of(first, second)) {
            await(() -> isIn("starting", sink, "w-new") && isRunning(sink, "w-own", own));
            JsonNode busy = worker(sink, "w-own");
            assertThat(busy.path("state").asText()).isEqualTo("running");
            assertThat(busy.path("models").get(0).asText()).isEqualTo("rife47");
            assertThat(busy.path("uptime").asLong()).isEqualTo(60_000);
            assertThat(busy.path("version").asText()).isEqualTo("1.2.3");
            assertThat(busy.path("heartbeatAge").asLong(-1)).isBetween(0L, HEARTBEAT.toMillis());
            assertThat(worker(sink, "w-foreign").path("state").asText()).isEqualTo("running");
            assertThat(worker(sink, "w-foreign").has("job")).isFalse();
            assertThat(worker(sink, "w-gone").isMissingNode()).isTrue();
            JsonNode models = fixture.json(endpoint(sink, "models", "")).path("models");
            assertThat(models.findValuesAsText("name")).containsExactly("rife47", "seedvr2_3b");
            assertThat(models.get(0).path("resident").asInt()).isGreaterThanOrEqualTo(3);
            assertThat(models.get(1).path("workers").asInt()).isGreaterThanOrEqualTo(3);
            assertThat(models.get(1).path("resident").asInt()).isZero();
        }
    }

    @Test
    void aDrainedWorkerIsNoneThatCouldTakeAJobUntilItIsUndrained() throws Exception {
        var board = fixture.transport.workers();
        board.post(worker("w-drain", Phase.IDLE, null));
        await(() -> isIn("idle", first, "w-drain") && isIn("idle", second, "w-drain"));
        int idle = idleWorkers();

        JsonNode drained = fixture.post(endpoint(first, "workers/w-drain/drain", ""));
        assertThat(drained.path("state").asText()).isEqualTo("drained");
        assertThat(idleWorkers()).isEqualTo(idle - 1);
        await(() -> isIn("drained", second, "w-drain"));
        board.post(worker("w-drain", Phase.RUNNING, jobs.getFirst().id()));
        await(() -> isIn("draining", second, "w-drain"));

        assertThat(
                        fixture.post(endpoint(first, "workers/w-drain/undrain", "&only=restore"))
                                .path("error")
                                .asText())
                .contains("may not use the endpoint interpolate");
        JsonNode again = fixture.post(endpoint(second, "workers/w-drain/undrain", ""));
        assertThat(again.path("state").asText()).isEqualTo("running");
        assertThat(fixture.post(endpoint(first, "workers/nobody/drain", "")).path("error").asText())
                .isEqualTo("worker not found");
    }

    private static WorkerStatus worker(String id, Phase phase, @Nullable JobId job) {
        return new Samples(Clock.systemUTC()).worker(new WorkerId(id), phase, job, HEARTBEAT);
    }

    private static int idleWorkers() throws Exception {
        return fixture.health(first).at("/workers/idle").asInt();
    }

    @Test
    void whatAJobOfSomeSizeWouldComeToIsToldFromEarlierOnesAndTheLargestGpu() throws Exception {
        Instant now = Instant.now();
        var began = new Samples(Clock.fixed(now.minusSeconds(10), ZoneOffset.UTC));
        var ended = new Samples(Clock.fixed(now.minusSeconds(6), ZoneOffset.UTC));
        Payload output = Payload.ofJson(Samples.json("{'width':100,'height':100,'frames':20}"));
        for (int i = 0; i < 24; i++) { // of which each sink has some
            Job job = fixture.submit(began.job("ivan"));
            fixture.transport.events().append(began.started(job, 1));
            fixture.transport.events().append(ended.completed(job, 1, output));
        }
        for (long gigabytes : List.of(24L, 80L, 48L)) {
            fixture.transport.workers().post(gpu("w-gpu-" + gigabytes, gigabytes << 30));
        }
        for (Sink sink : List.of(first, second)) {
            await(() -> isKnown(sink));
            JsonNode same = outlook(sink, 10_000, 40);
            assertThat(same.path("fits").asText()).isEqualTo("yes");
            assertThat(same.at("/run/p50").asLong()).as("twice the frames").isEqualTo(8_000);
            assertThat(same.at("/run/p90").asLong()).isEqualTo(8_000);
            assertThat(same.at("/run/basis").asText()).isEqualTo("similar");
            assertThat(same.at("/memory/available").asLong()).isEqualTo(80L << 30);
            assertThat(same.at("/memory/worker").asText()).isEqualTo("w-gpu-80");
            assertThat(same.path("ahead").asLong()).isGreaterThanOrEqualTo(JOBS - 5);
            assertThat(same.at("/wait/p50").asLong()).isPositive();

            JsonNode larger = outlook(sink, 1_000_000, 40);
            assertThat(larger.path("fits").asText()).isEqualTo("unknown");
            assertThat(larger.at("/run/basis").asText()).isEqualTo("endpoint");
        }
    }

    private static WorkerStatus gpu(String id, long bytes) {
        WorkerStatus cpu = worker(id, Phase.IDLE, null);
        return new WorkerStatus(
                cpu.worker(),
                cpu.at(),
                cpu.phase(),
                cpu.endpoints(),
                cpu.models(),
                "cuda:0",
                bytes,
                bytes / 2,
                cpu.jobId(),
                cpu.heartbeatMillis(),
                cpu.startedAt(),
                cpu.version(),
                cpu.installed());
    }

    private static JsonNode outlook(Sink sink, long pixels, long frames) throws Exception {
        return fixture.json(
                endpoint(sink, "outlook", "&pixels=%d&frames=%d".formatted(pixels, frames)));
    }

    private static boolean isKnown(Sink sink) {
        try {
            JsonNode known = outlook(sink, 10_000, 40);
            return known.at("/run/basis").asText().equals("similar")
                    && known.at("/memory/worker").asText().equals("w-gpu-80");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPausedEndpointIsToldToBePausedWhereverItMatters() throws Exception {
        URI details = jobUri(first, jobs.getLast().id() + "/details", "interpolate", "alice", "");
        JsonNode paused = fixture.post(endpoint(first, "pause", ""));
        try {
            assertThat(paused.path("paused").asBoolean()).isTrue();
            assertThat(fixture.post(endpoint(first, "pause", ""))).isEqualTo(paused);
            await(() -> isPaused(second, "workers"));
            await(() -> isPaused(second, "health"));
            await(() -> isPaused(second, "requests"));
            await(() -> outlook(details).path("paused").asBoolean());
        } finally {
            assertThat(fixture.post(endpoint(second, "resume", "")).path("paused").asBoolean(true))
                    .isFalse();
        }
        await(() -> !isPaused(first, "workers"));
        assertThat(fixture.json(endpoint(second, "requests", "")).has("paused")).isFalse();
    }

    private static boolean isPaused(Sink sink, String path) {
        try {
            return fixture.json(endpoint(sink, path, "")).path("paused").asBoolean();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
