package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Latency of a sink's replies with a long queue: {@code /status} with the {@code outlook} of a job,
 * and {@code /health}, with one job waiting, with a thousand and with all of them. The reference is
 * a queue of one job. Then the sink, a process of its own, is killed with SIGKILL and started again
 * on its folder: the time until a job is told its right place, and until {@code /health} has all of
 * them.
 *
 * <p>{@code benchmarks/run WaitingJobsBenchmark [JOBS [HEAP [ASKED]]]}: a million, a heap of 1024
 * MiB, 2,000 requests of each kind.
 */
public final class WaitingJobsBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("waiting");
    private static final int FEW = 1000;

    private final int port;
    private final int asked;
    private final HttpClient http;

    private WaitingJobsBenchmark(int port, int asked, HttpClient http) {
        this.port = port;
        this.asked = asked;
        this.http = http;
    }

    public static void main(String[] args) throws Exception {
        var arguments = new Arguments(args);
        int jobs = arguments.number(1_000_000);
        int heap = arguments.number(1024);
        int asked = arguments.number(2000);
        Path dir = Files.createTempDirectory("heritage-waiting");
        int port = ServiceProcess.freePort();
        try (var broker = EmbeddedBroker.start(dir.resolve("broker"));
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker));
                var http = HttpClient.newHttpClient()) {
            transport.createTopics(List.of(ENDPOINT));
            Path config = config(dir, broker.bootstrapServers(), port);
            var asking = new WaitingJobsBenchmark(port, asked, http);
            List<JobId> last;
            try (var sink = new ServiceProcess("sink", heap, config)) {
                sink.awaitStarted();
                last = asking.measure(transport, jobs);
                System.out.printf("resident at most: %d MiB%n", sink.peakMebibytes());
                sink.kill();
            }
            long begun = System.nanoTime();
            try (var again = new ServiceProcess("sink", heap, config)) {
                asking.tellReturn(again, begun, last.getLast(), jobs);
            }
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private static Path config(Path dir, String servers, int port) throws IOException {
        return Files.writeString(
                dir.resolve("heritage.yaml"),
                """
                admin: {enabled: false}
                kafka: {bootstrap-servers: "%s", replication: 1, media-partitions: 4, event-partitions: 4}
                sink: {port: %d, state-dir: "%s"}
                endpoints: {waiting: {kind: interpolate}}
                """
                        .formatted(servers, port, dir.resolve("sink")));
    }

    /** Returns jobs that are behind all others. */
    private List<JobId> measure(KafkaTransport transport, int jobs) throws Exception {
        List<JobId> alone = PurgeBenchmark.submit(transport, ENDPOINT, 1);
        awaitFolded(1);
        status(alone, asked, 0);
        Percentiles statusAlone = status(alone, asked, 0);
        Percentiles healthAlone = health();
        List<JobId> few = PurgeBenchmark.submit(transport, ENDPOINT, FEW - 1);
        awaitFolded(FEW);
        tell("status", statusAlone, FEW, status(few, asked, 1));
        tell("health", healthAlone, FEW, health());
        long begun = System.nanoTime();
        List<JobId> last = PurgeBenchmark.submit(transport, ENDPOINT, jobs - FEW);
        System.out.printf("%d jobs submitted: %.1f s%n", jobs, seconds(begun));
        awaitFolded(jobs);
        System.out.printf("folded by the sink: %.1f s%n", seconds(begun));
        tell("status", statusAlone, jobs, status(last, asked, jobs - 2 * FEW));
        tell("health", healthAlone, jobs, health());
        return last;
    }

    /** Counts the answers 200 that were not right as well. */
    private void tellReturn(ServiceProcess sink, long begun, JobId job, int jobs) throws Exception {
        int wrong = 0;
        double right = 0;
        while (right == 0) {
            sink.requireAlive();
            try {
                HttpResponse<String> answer = ask(statusOf(job));
                if (answer.statusCode() == 200) {
                    JsonNode ahead = Wire.json().readTree(answer.body()).at("/outlook/ahead");
                    if (ahead.asInt(-1) >= jobs - 2 * FEW) {
                        right = seconds(begun);
                    } else {
                        wrong++;
                    }
                }
            } catch (IOException notYet) {
                // it does not listen yet
            }
            Thread.sleep(right == 0 ? 20 : 0);
        }
        awaitFolded(jobs);
        System.out.printf(
                "killed with SIGKILL and started again: first right /status after %.1f s (%d wrong answers before), all jobs in /health after %.1f s%n",
                right, wrong, seconds(begun));
    }

    private static String statusOf(JobId job) {
        return SinkApi.JOBS + job + "?endpoint=" + ENDPOINT + "&owner=benchmark";
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
            HttpResponse<String> answer = ask(statusOf(job));
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
        for (int i = 0; i < asked; i++) {
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
