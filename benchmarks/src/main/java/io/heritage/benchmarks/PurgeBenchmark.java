package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import io.heritage.sink.Sink;
import io.heritage.sink.config.SinkConfig;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Purges a long queue and prints the time, the {@code removed} count and the commands broadcast to
 * workers. Then purges a short queue right after its last job was acknowledged.
 *
 * <p>{@code benchmarks/run PurgeBenchmark [JOBS]}
 */
public final class PurgeBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("purged");
    private static final int AT_A_TIME = 256;
    private static final int FRESH = 1000;

    private PurgeBenchmark() {}

    public static void main(String[] args) throws Exception {
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        Path dir = Files.createTempDirectory("heritage-purge");
        try (var broker = EmbeddedBroker.start(dir.resolve("broker"));
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker))) {
            transport.createTopics(List.of(ENDPOINT));
            KafkaConfig kafka = QueueLatencyBenchmark.client(broker);
            List<EndpointConfig> endpoints =
                    List.of(EndpointConfig.defaults(ENDPOINT, EndpointKind.INTERPOLATE));
            Queue<Command> heard = new ConcurrentLinkedQueue<>();
            try (Sink sink =
                            Sink.start(
                                    config(dir), kafka, endpoints, transport, Clock.systemUTC());
                    var _ = transport.commands().subscribe(Duration.ZERO, heard::add)) {
                long begun = System.nanoTime();
                submit(transport, ENDPOINT, jobs);
                System.out.printf("%d jobs submitted: %.1f s%n", jobs, seconds(begun));
                while (inQueue(sink) < jobs) {
                    Thread.sleep(100);
                }
                System.out.printf("folded by the sink: %.1f s%n", seconds(begun));
                purge(sink, "purge of " + jobs);
                submit(transport, ENDPOINT, FRESH);
                purge(sink, "purge of %d that were just acknowledged".formatted(FRESH));
                System.out.printf("commands broadcast: %d%n", heard.size());
            }
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    static SinkConfig config(Path dir) {
        SinkConfig d = SinkConfig.defaults();
        return new SinkConfig(
                d.host(),
                0,
                d.advertisedHost(),
                dir.resolve("sink"),
                d.instanceId(),
                d.lostAfter(),
                d.lostJobRetries(),
                d.webhookTimeout(),
                d.webhookPauses(),
                d.webhookPrivateAddresses(),
                d.webhooksAtOnce(),
                d.repliesAtOnce(),
                d.secret(),
                d.publicUrl(),
                d.streamThreads(),
                d.standbyReplicas());
    }

    /** Returns the ids of the last thousand. */
    static List<JobId> submit(KafkaTransport transport, EndpointId endpoint, int jobs)
            throws Exception {
        var last = new ArrayDeque<JobId>();
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
            var sent = new ArrayDeque<Future<?>>();
            for (int i = 0; i < jobs; i++) {
                Job job = QueueLatencyBenchmark.job(endpoint, Lane.HIGH);
                last.add(job.id());
                sent.add(threads.submit(() -> transport.jobs().submit(job)));
                if (sent.size() > FRESH) {
                    sent.remove().get();
                    last.remove();
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
        return List.copyOf(last);
    }

    private static void purge(Sink sink, String what) throws Exception {
        long begun = System.nanoTime();
        JsonNode answer = ask(sink, "/purge?owner=benchmark", "POST");
        System.out.printf("%s: %.2f s, %s%n", what, seconds(begun), answer);
    }

    private static int inQueue(Sink sink) throws Exception {
        return ask(sink, "/health", "GET").at("/jobs/inQueue").asInt();
    }

    private static JsonNode ask(Sink sink, String path, String method) throws Exception {
        URI uri =
                URI.create(
                        "http://127.0.0.1:%d/v1/endpoints/%s%s"
                                .formatted(sink.port(), ENDPOINT, path));
        HttpRequest request =
                HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return Wire.json().readTree(http.send(request, BodyHandlers.ofByteArray()).body());
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
