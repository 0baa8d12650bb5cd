package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import io.heritage.sink.Sink;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Latency of a sink's replies with a long queue: {@code /status} with the {@code outlook} of a job,
 * and {@code /health}, with one job waiting, with a thousand and with all of them. The reference is
 * a queue of one job. Then the time of a sink's restart on its folder.
 *
 * <p>{@code benchmarks/run WaitingJobsBenchmark [JOBS]}
 */
public final class WaitingJobsBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("waiting");
    private static final int FEW = 1000;
    private static final int ASKED = 2000;
    private static final int WARM_UP = 2000;

    private final int port;
    private final HttpClient http;

    private WaitingJobsBenchmark(int port, HttpClient http) {
        this.port = port;
        this.http = http;
    }

    public static void main(String[] args) throws Exception {
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        Path dir = Files.createTempDirectory("heritage-waiting");
        try (var broker = EmbeddedBroker.start(dir.resolve("broker"));
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker));
                var http = HttpClient.newHttpClient()) {
            transport.createTopics(List.of(ENDPOINT));
            KafkaConfig kafka = QueueLatencyBenchmark.client(broker);
            try (Sink sink = start(dir, kafka, transport)) {
                var asking = new WaitingJobsBenchmark(sink.port(), http);
                List<JobId> alone = PurgeBenchmark.submit(transport, ENDPOINT, 1);
                asking.awaitFolded(1);
                asking.status(alone, WARM_UP, 0);
                Percentiles statusAlone = asking.status(alone, ASKED, 0);
                Percentiles healthAlone = asking.health();
                List<JobId> few = PurgeBenchmark.submit(transport, ENDPOINT, FEW - 1);
                asking.awaitFolded(FEW);
                tell("status", statusAlone, FEW, asking.status(few, ASKED, 1));
                tell("health", healthAlone, FEW, asking.health());
                long begun = System.nanoTime();
                List<JobId> last = PurgeBenchmark.submit(transport, ENDPOINT, jobs - FEW);
                System.out.printf("%d jobs submitted: %.1f s%n", jobs, seconds(begun));
                asking.awaitFolded(jobs);
                System.out.printf("folded by the sink: %.1f s%n", seconds(begun));
                tell("status", statusAlone, jobs, asking.status(last, ASKED, jobs - 2 * FEW));
                tell("health", healthAlone, jobs, asking.health());
            }
            long begun = System.nanoTime();
            try (Sink again = start(dir, kafka, transport)) {
                new WaitingJobsBenchmark(again.port(), http).awaitFolded(jobs);
                System.out.printf("sink restarted: %.1f s%n", seconds(begun));
            }
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private static Sink start(Path dir, KafkaConfig kafka, KafkaTransport transport) {
        return Sink.start(
                PurgeBenchmark.config(dir),
                kafka,
                List.of(EndpointConfig.defaults(ENDPOINT, EndpointKind.INTERPOLATE)),
                transport,
                Clock.systemUTC());
    }

    private static void tell(String what, Percentiles before, int jobs, Percentiles after) {
        System.out.printf(
                "%s with 1 job: %s; with %d: %s; ratio p50 %.2f, p99 %.2f%n",
                what, before, jobs, after, after.p50() / before.p50(), after.p99() / before.p99());
    }

    private void awaitFolded(int jobs) throws Exception {
        String wanted = "\"inQueue\":" + jobs + ",";
        while (!ask(SinkApi.ENDPOINTS + ENDPOINT + SinkApi.HEALTH).body().contains(wanted)) {
            Thread.sleep(100);
        }
    }

    /**
     * @param leastAhead jobs that wait before each of these
     */
    private Percentiles status(List<JobId> jobs, int rounds, int leastAhead) throws Exception {
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < rounds; i++) {
            JobId job = jobs.get(i % jobs.size());
            long start = System.nanoTime();
            HttpResponse<String> answer =
                    ask(SinkApi.JOBS + job + "?endpoint=" + ENDPOINT + "&owner=benchmark");
            nanos.add(System.nanoTime() - start);
            JsonNode ahead = Wire.json().readTree(answer.body()).at("/outlook/ahead");
            if (!ahead.isInt() || ahead.intValue() < leastAhead) {
                throw new IllegalStateException(answer.body());
            }
        }
        return Percentiles.ofNanos(nanos);
    }

    private Percentiles health() throws Exception {
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < ASKED; i++) {
            long start = System.nanoTime();
            var _ = ask(SinkApi.ENDPOINTS + ENDPOINT + SinkApi.HEALTH);
            nanos.add(System.nanoTime() - start);
        }
        return Percentiles.ofNanos(nanos);
    }

    private HttpResponse<String> ask(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                BodyHandlers.ofString());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
