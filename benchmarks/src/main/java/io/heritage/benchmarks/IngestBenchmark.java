package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.KafkaConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Throughput of the media in request bodies until they are durable. The reference is a bare
 * producer that sends the same bytes in the same chunks with the same acknowledgements. Then the
 * gateway's heap while many uploads run at once. Gateway and broker are processes of their own, the
 * gateway with a small heap. Arguments: megabytes a request (256), rounds (5), uploads at once
 * (64), megabytes each (64), heap of the gateway in MiB (128).
 */
public final class IngestBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("interpolate");
    private static final int CHUNK = 512 << 10;
    private static final int PIECE = 768 << 10;
    private static final String HEAD = "{\"input\":{\"start_image_base64\":\"";
    private static final String TAIL = "\",\"end_image_base64\":\"aGk=\"}}";

    private final String bootstrapServers;
    private final int port;
    private final byte[] piece = new byte[PIECE];
    private final byte[] base64;

    private IngestBenchmark(String bootstrapServers, int port) {
        this.bootstrapServers = bootstrapServers;
        this.port = port;
        new Random(1).nextBytes(piece);
        base64 = Base64.getEncoder().encode(piece);
    }

    public static void main(String[] args) throws Exception {
        int requestMegabytes = argument(args, 0, 256);
        int rounds = argument(args, 1, 5);
        int uploads = argument(args, 2, 64);
        int uploadMegabytes = argument(args, 3, 64);
        int heap = argument(args, 4, 128);
        Path folder = Files.createTempDirectory("ingest");
        int port = ServiceProcess.freePort();
        try (var broker = new BrokerProcess();
                var gateway =
                        new ServiceProcess(
                                "gateway", heap, config(folder, broker.servers(), port))) {
            gateway.awaitStarted();
            var benchmark = new IngestBenchmark(broker.servers(), port);
            benchmark.throughput(requestMegabytes, rounds);
            benchmark.heap(gateway, heap, uploads, uploadMegabytes);
        } finally {
            Arguments.delete(folder);
        }
    }

    private static int argument(String[] args, int index, int fallback) {
        return args.length > index ? Integer.parseInt(args[index]) : fallback;
    }

    private static Path config(Path folder, String servers, int port) throws IOException {
        return Files.writeString(
                folder.resolve("heritage.yaml"),
                """
                admin: {enabled: false}
                kafka: {bootstrap-servers: "%s", replication: 1}
                gateway: {port: %d, sink: "http://127.0.0.1:1"}
                """
                        .formatted(servers, port));
    }

    /** Rounds alternate, so that other load on the machine affects both. */
    private void throughput(int megabytes, int rounds) throws Exception {
        int pieces = Math.max(1, (megabytes << 20) / base64.length);
        double mediaMegabytes = (double) pieces * PIECE / 1e6;
        double requestMegabytes = (double) pieces * base64.length / 1e6;
        double bestRequest = Double.MAX_VALUE;
        double bestRaw = Double.MAX_VALUE;
        try (var producer = rawProducer()) {
            for (int round = 0; round <= rounds; round++) {
                double raw = seconds(() -> sendRaw(producer, pieces));
                double request = seconds(() -> post(pieces));
                if (round > 0) { // the first warms up
                    bestRaw = Math.min(bestRaw, raw);
                    bestRequest = Math.min(bestRequest, request);
                }
                System.out.printf(
                        "round %d: bare producer %.0f MB/s, request %.0f MB/s of media (%.0f MB/s of base64)%n",
                        round,
                        mediaMegabytes / raw,
                        mediaMegabytes / request,
                        requestMegabytes / request);
            }
        }
        System.out.printf(
                "ingest, best of %d, request of %.0f MB: %.0f MB/s of request, %.0f MB/s of media, bare producer %.0f MB/s, ratio %.2f of media, %.2f of request bytes%n",
                rounds,
                requestMegabytes,
                requestMegabytes / bestRequest,
                mediaMegabytes / bestRequest,
                mediaMegabytes / bestRaw,
                bestRaw / bestRequest,
                bestRaw / bestRequest * requestMegabytes / mediaMegabytes);
    }

    private KafkaProducer<byte[], byte[]> rawProducer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        "linger.ms",
                        5,
                        "batch.size",
                        1 << 20,
                        "buffer.memory",
                        KafkaConfig.defaults().uploadBufferBytes()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void sendRaw(KafkaProducer<byte[], byte[]> producer, int pieces)
            throws InterruptedException, ExecutionException {
        long bytes = (long) pieces * PIECE;
        byte[] key = "raw".getBytes(US_ASCII);
        byte[] chunk = Arrays.copyOf(piece, CHUNK);
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (long at = 0; at < bytes; at += CHUNK) {
            sent.add(producer.send(new ProducerRecord<>("heritage.media", 0, key, chunk)));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
    }

    private void post(int pieces) throws IOException {
        long length = HEAD.length() + (long) pieces * base64.length + TAIL.length();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            String start =
                    "POST /v2/%s/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(ENDPOINT, length, HEAD);
            out.write(start.getBytes(US_ASCII));
            for (int i = 0; i < pieces; i++) {
                out.write(base64);
            }
            out.write(TAIL.getBytes(US_ASCII));
            String status =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                            .readLine();
            if (!"HTTP/1.1 200 OK".equals(status)) {
                throw new IOException("the gateway answered " + status);
            }
        }
    }

    private void heap(ServiceProcess gateway, int heap, int uploads, int megabytes)
            throws Exception {
        int pieces = Math.max(1, (megabytes << 20) / base64.length);
        gateway.measureHeapFromNow();
        double seconds =
                seconds(() -> {
                    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                        var posts = new ArrayList<Future<?>>();
                        for (int i = 0; i < uploads; i++) {
                            posts.add(
                                    pool.submit(() -> {
                                        post(pieces);
                                        return null;
                                    }));
                        }
                        for (Future<?> each : posts) {
                            each.get();
                        }
                    }
                });
        gateway.requireAlive();
        ServiceProcess.Heap found = gateway.heap();
        System.out.printf(
                "heap of the gateway, %d uploads of %d MB at once: at most %d MiB live after %d collections of all of it, %d MiB used before any, of %d; resident at most %d MiB since its start; %.0f MB/s of request in all%n",
                uploads,
                megabytes,
                found.live(),
                found.full(),
                found.used(),
                heap,
                gateway.peakMebibytes(),
                (double) uploads * pieces * base64.length / 1e6 / seconds);
    }

    private interface TimedWork {
        void run() throws Exception;
    }

    private static double seconds(TimedWork work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
