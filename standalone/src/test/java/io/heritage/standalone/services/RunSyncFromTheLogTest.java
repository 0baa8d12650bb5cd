package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway whose sink does not answer can only say what it hears from the log itself. A second one
 * asks the sink: both must say the same, to the byte, whatever the workers write.
 */
class RunSyncFromTheLogTest {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final WorkerId FIRST = new WorkerId("first");
    private static final WorkerId SECOND = new WorkerId("second");
    private static final int JOBS = 120;

    /** The longest that a caller may wait. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A gateway without a sink goes on asking for it until the wait is over. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** The same, while a job is to be made meanwhile. */
    private static final Duration ONE_JOB = Duration.ofSeconds(15);

    @TempDir Path dir;
    private final OpenServices open = new OpenServices();
    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedBroker broker;
    private KafkaTransport transport;
    private EventLog events;
    private GatewayService alone;
    private GatewayService withSink;

    @BeforeEach
    void start() throws Exception {
        broker = open.add(EmbeddedBroker.start(dir.resolve("broker")));
        SinkService sink = open.add(SinkService.start(config("sink", ""), _ -> {}));
        alone = gateway("alone", "http://127.0.0.1:1");
        withSink = gateway("with-sink", "http://127.0.0.1:" + sink.port());
        transport = open.add(KafkaTransport.open(config("worker", "").kafka()));
        events = transport.events();
    }

    @AfterEach
    void close() {
        http.close();
        open.close();
    }

    @Test
    void whatTheLogSaysOfARandomJobIsWhatItsStatusSays() throws Exception {
        long seed = System.nanoTime();
        var replies = new ArrayList<Future<HttpResponse<String>>>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                JobQueue queue = transport.queue(List.of(ENDPOINT), FIRST)) {
            awaitTail(queue);
            for (int i = 0; i < JOBS; i++) {
                replies.add(callers.submit(runSync(alone, PATIENCE)));
            }
            var random = new Random(seed);
            var scripted = new HashSet<JobId>();
            while (scripted.size() < JOBS) {
                try (ClaimedJob claim = take(queue)) { // also those that the sink has put back
                    if (scripted.add(claim.job().id())) {
                        script(random, claim.job());
                    }
                    claim.finish();
                }
            }
            for (Future<HttpResponse<String>> reply : replies) {
                assertSame(ended(reply), "seed " + seed);
            }
        }
    }

    /** What only the sink can send is asked of it. */
    @Test
    void aResultWithMediaAndALargeOneAreTheSinksToAnswer() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                JobQueue queue = transport.queue(List.of(ENDPOINT), FIRST)) {
            awaitTail(queue);
            Future<HttpResponse<String>> media = callers.submit(runSync(alone, SHORT));
            try (ClaimedJob claim = take(queue)) {
                started(claim.job(), 1, FIRST);
                events.append(completed(claim.job(), 1, FIRST, withMedia()));
                claim.finish();
            }
            Future<HttpResponse<String>> large = callers.submit(runSync(alone, SHORT));
            try (ClaimedJob claim = take(queue)) {
                started(claim.job(), 1, FIRST);
                events.append(completed(claim.job(), 1, FIRST, text("x".repeat(100_000))));
                claim.finish();
            }
            assertThat(ended(media).body()).contains("\"status\":\"IN_QUEUE\"");
            assertThat(ended(large).body()).contains("\"status\":\"IN_QUEUE\"");
            Future<HttpResponse<String>> answered = callers.submit(runSync(withSink, PATIENCE));
            try (ClaimedJob claim = take(queue)) {
                started(claim.job(), 1, FIRST);
                events.append(completed(claim.job(), 1, FIRST, text("x".repeat(100_000))));
                claim.finish();
            }
            assertSame(ended(answered), "a large output");
        }
    }

    private static HttpResponse<String> ended(Future<HttpResponse<String>> call) throws Exception {
        return call.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The first calls may come before the gateway follows the log. */
    private void awaitTail(JobQueue queue) throws Exception {
        try (ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor()) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> {
                        Future<HttpResponse<String>> reply = caller.submit(runSync(alone, ONE_JOB));
                        try (ClaimedJob claim = take(queue)) {
                            started(claim.job(), 1, FIRST);
                            events.append(completed(claim.job(), 1, FIRST, text("ready")));
                            claim.finish();
                        }
                        return ended(reply).body().contains("COMPLETED");
                    });
        }
    }

    /** A life of a job: attempts that are fenced, superseded or given up, and how it ends. */
    private void script(Random random, Job job) throws Exception {
        if (random.nextInt(4) == 0) { // of an attempt that no start told of
            events.append(progress(job, 7, SECOND));
        }
        int attempt = 1;
        for (int i = random.nextInt(3); i > 0; i--) {
            WorkerId worker = random.nextBoolean() ? FIRST : SECOND;
            started(job, attempt, worker);
            switch (random.nextInt(5)) {
                case 0 -> events.append(new JobEvent.HandedBack(job.id(), now(), attempt, worker));
                case 1 -> events.append(new JobEvent.Abandoned(job.id(), now(), attempt, worker));
                case 2 -> events.append(progress(job, attempt, worker));
                case 3 -> started(job, attempt, worker.equals(FIRST) ? SECOND : FIRST);
                default -> {} // the next attempt takes its place
            }
            attempt += random.nextInt(2);
            attempt++;
        }
        started(job, attempt, FIRST);
        if (random.nextBoolean()) { // fenced: an earlier attempt, or another worker with its number
            int fenced = random.nextBoolean() ? attempt - 1 : attempt;
            events.append(completed(job, fenced, SECOND, text("of a fenced attempt")));
            events.append(failed(job, fenced, SECOND, "of a fenced attempt"));
        }
        switch (random.nextInt(5)) {
            case 0 -> events.append(failed(job, attempt, FIRST, "Video \"x\" was not found: é"));
            case 1 -> cancel(job);
            case 2 -> events.append(new JobEvent.TimedOut(job.id(), now(), "job timed out"));
            default ->
                    events.append(completed(job, attempt, FIRST, text("é \"" + random.nextInt())));
        }
        events.append(completed(job, attempt + 1, SECOND, text("too late")));
    }

    private void cancel(Job job) throws IOException, InterruptedException {
        HttpRequest request =
                request(withSink, "cancel/" + job.id()).POST(BodyPublishers.noBody()).build();
        HttpResponse<String> reply = answer(request, answer -> answer.statusCode() != 503);
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }

    /** As soon as it is as awaited: a sink on a busy machine is asked again. */
    private HttpResponse<String> answer(
            HttpRequest request, Predicate<HttpResponse<String>> awaited) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> http.send(request, BodyHandlers.ofString()), awaited);
    }

    private static boolean isOfAnEnd(HttpResponse<String> answer) {
        return answer.statusCode() == 200 && !answer.body().contains("\"status\":\"IN_");
    }

    private void started(Job job, int attempt, WorkerId worker) {
        events.append(new JobEvent.Started(job.id(), now(), attempt, worker));
    }

    private static JobEvent progress(Job job, int attempt, WorkerId worker) {
        return new JobEvent.Progress(
                job.id(), now(), attempt, worker, 0, JsonNodeFactory.instance.objectNode());
    }

    private static JobEvent completed(Job job, int attempt, WorkerId worker, Payload output) {
        return new JobEvent.Completed(job.id(), now(), attempt, worker, output);
    }

    private static JobEvent failed(Job job, int attempt, WorkerId worker, String error) {
        return new JobEvent.Failed(job.id(), now(), attempt, worker, error, null);
    }

    private static Payload text(String value) {
        var json = JsonNodeFactory.instance;
        var body = json.objectNode().put("text", value).put("number", 1.50).put("whole", 7L);
        body.set("list", json.arrayNode().add(1).add(true).addNull().add(json.objectNode()));
        return Payload.ofJson(body);
    }

    private static Payload withMedia() {
        var ref =
                new MediaRef.InKafka(
                        "heritage.results",
                        0,
                        0,
                        0,
                        "key",
                        "part",
                        1,
                        3,
                        "0".repeat(64),
                        "image/png");
        return new Payload(
                JsonNodeFactory.instance.objectNode().set("image", Payload.placeholder(0)),
                List.of(ref));
    }

    private void assertSame(HttpResponse<String> reply, String which) throws Exception {
        String id = reply.headers().firstValue("X-Heritage-Job-Id").orElseThrow();
        HttpResponse<String> status =
                answer(
                        request(withSink, "status/" + id).GET().build(),
                        RunSyncFromTheLogTest::isOfAnEnd);
        assertThat(reply.body()).as(which).isEqualTo(status.body());
        assertThat(reply.headers().firstValue("Content-Type"))
                .isEqualTo(status.headers().firstValue("Content-Type"));
    }

    private Callable<HttpResponse<String>> runSync(GatewayService gateway, Duration wait) {
        HttpRequest request =
                request(gateway, "runsync?wait=" + wait.toMillis())
                        .POST(BodyPublishers.ofString("{\"input\":{\"action\":\"health\"}}"))
                        .build();
        return () -> http.send(request, BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(GatewayService gateway, String operation) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%d/v2/%s/%s"
                                        .formatted(gateway.port(), ENDPOINT, operation)))
                .timeout(PATIENCE.multipliedBy(2));
    }

    private static ClaimedJob take(JobQueue queue) throws InterruptedException {
        return queue.take(PATIENCE).orElseThrow();
    }

    private static Instant now() {
        return Instant.now();
    }

    private GatewayService gateway(String name, String sink) throws Exception {
        return open.add(GatewayService.start(config(name, "  sink: " + sink), _ -> {}));
    }

    private HeritageConfig config(String part, String gatewaySink)
            throws IOException, InvalidConfiguration {
        Path file = dir.resolve(part + ".yaml");
        Files.writeString(
                file,
                """
                kafka:
                  bootstrap-servers: %s
                  media-partitions: 2
                  event-partitions: 2
                gateway:
                  port: 0
                %s
                sink:
                  port: 0
                  state-dir: %s
                """
                        .formatted(broker.bootstrapServers(), gatewaySink, dir.resolve("state")));
        return HeritageConfig.load(Optional.of(file), Map.of(), List.of());
    }
}
