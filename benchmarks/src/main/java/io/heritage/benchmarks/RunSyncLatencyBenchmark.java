package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.Standalone;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
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
 * consumed. The difference is the cost of Heritage. The client is a plain socket, because the JDK's
 * {@code HttpClient} alone takes longer than a Kafka hop.
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
        String body = "{\"input\":{\"action\":\"health\"}}";
        byte[] request =
                "POST /v2/restore/runsync HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(body.length(), body)
                        .getBytes(US_ASCII);
        var nanos = new ArrayList<Long>();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            var in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < WARM_UP + rounds; i++) {
                if (i >= WARM_UP) {
                    Thread.sleep(pause);
                }
                long start = System.nanoTime();
                socket.getOutputStream().write(request);
                String reply = reply(in);
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

    private static String reply(InputStream in) throws IOException {
        int length = -1;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        if (length < 0) {
            throw new IOException("a reply without Content-Length");
        }
        return new String(in.readNBytes(length), UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
