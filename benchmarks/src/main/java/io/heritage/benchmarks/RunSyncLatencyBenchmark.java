package io.heritage.benchmarks;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Latency of the quickest job, {@code runsync} with restore's action {@code health}, on an idle
 * server: HTTP in, gateway, queue, processor, event, sink, HTTP out. The reference is a record
 * through the same broker with bare clients: produced, taken from a share group, answered and
 * consumed. The difference is the cost of Heritage. The client is a plain socket.
 *
 * <p>Without a pause between rounds, the server still works for the round before (fold, commits)
 * and shares the CPU with the next. With a pause only the request itself is measured.
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
        byte[] request =
                KeptConnection.post("/v2/restore/runsync", "{\"input\":{\"action\":\"health\"}}");
        var nanos = new ArrayList<Long>();
        try (var gateway = new KeptConnection(port)) {
            for (int i = 0; i < WARM_UP + rounds; i++) {
                if (i >= WARM_UP) {
                    Thread.sleep(pause);
                }
                long start = System.nanoTime();
                String reply = gateway.ask(request);
                long took = System.nanoTime() - start;
                if (!reply.contains("\"COMPLETED\"")) {
                    throw new IllegalStateException("not completed: " + reply);
                }
                if (i >= WARM_UP) {
                    nanos.add(took);
                }
            }
        }
        return Percentiles.ofNanos(nanos);
    }
}
