package io.heritage.benchmarks;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.Standalone;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long a client waits for the quickest job, {@code runsync} of restore's {@code health}, on an
 * idle server: HTTP in, gateway, queue, processor, event, sink, HTTP out. Beside it a record on the
 * bare way through the same broker, produced, taken from a share group, answered and consumed: what
 * is above that is ours.
 *
 * <p>Rounds that follow each other at once share the processor with what the server still does for
 * the round before (its fold, its commits). With a pause between them only the way itself counts.
 *
 * <p>{@code benchmarks/run RunSyncLatencyBenchmark [ROUNDS [PAUSE_MS]]}
 */
public final class RunSyncLatencyBenchmark {
    private static final int WARM_UP = 2000;

    private RunSyncLatencyBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        Duration pause = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 0);
        Path data = Files.createTempDirectory("heritage-latency-");
        HeritageConfig config =
                HeritageConfig.loadForUp(
                        Optional.empty(),
                        Map.of(),
                        List.of(
                                new Flag("port", "gateway.port", "0"),
                                new Flag("data", "data", data.toString())));
        try (Standalone server = Standalone.start(config)) {
            Percentiles ours = runSync(server.port(), rounds, pause);
            Percentiles bare =
                    new BareKafkaHops(server.bootstrapServers()).measure(WARM_UP, rounds, pause);
            System.out.println("runsync of restore health, idle: " + ours);
            System.out.println("bare Kafka, the same two hops:   " + bare);
            System.out.printf(
                    "ratio: p50 %.1f, p99 %.1f (%d rounds each, %d ms between them, %d warming up)%n",
                    ours.p50() / bare.p50(),
                    ours.p99() / bare.p99(),
                    rounds,
                    pause.toMillis(),
                    WARM_UP);
        }
        System.exit(0);
    }

    private static Percentiles runSync(int port, int rounds, Duration pause)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/v2/restore/runsync".formatted(port)))
                        .POST(BodyPublishers.ofString("{\"input\":{\"action\":\"health\"}}"))
                        .build();
        var nanos = new ArrayList<Long>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < WARM_UP + rounds; i++) {
                if (i >= WARM_UP) {
                    Thread.sleep(pause);
                }
                long start = System.nanoTime();
                HttpResponse<String> reply = http.send(request, BodyHandlers.ofString());
                long took = System.nanoTime() - start;
                if (!reply.body().contains("\"COMPLETED\"")) {
                    throw new IllegalStateException("not completed: " + reply.body());
                }
                if (i >= WARM_UP) {
                    nanos.add(took);
                }
            }
        }
        return Percentiles.ofNanos(nanos);
    }
}
