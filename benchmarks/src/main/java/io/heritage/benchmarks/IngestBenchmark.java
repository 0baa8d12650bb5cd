package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.gateway.Gateway;
import io.heritage.gateway.GatewayConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.KafkaConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Throughput of the media in request bodies until they are durable. The reference is a bare
 * producer that sends the same bytes in the same chunks with the same acknowledgements. Then the
 * heap while many uploads run at once. The broker is a separate process. Arguments: megabytes a
 * request (256), rounds (5), uploads at once (64), megabytes each (64).
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
        try (var broker = new BrokerProcess();
                var transport = KafkaTransport.open(kafka(broker.servers()))) {
            transport.createTopics(List.of(ENDPOINT));
            try (var gateway = gateway(transport)) {
                var benchmark = new IngestBenchmark(broker.servers(), gateway.port());
                benchmark.throughput(requestMegabytes, rounds);
                benchmark.heap(uploads, uploadMegabytes);
            }
        }
    }

    private static int argument(String[] args, int index, int fallback) {
        return args.length > index ? Integer.parseInt(args[index]) : fallback;
    }

    private static KafkaConfig kafka(String servers) {
        var d = KafkaConfig.defaults();
        return new KafkaConfig(
                servers,
                Map.of(),
                d.mediaPartitions(),
                d.eventPartitions(),
                1,
                d.mediaRetention(),
                d.mediaRetentionBytes(),
                d.uploadTimeout(),
                d.concurrentUploads(),
                d.uploadBufferBytes());
    }

    private static Gateway gateway(KafkaTransport transport) {
        return Gateway.start(
                GatewayConfig.defaults().withPort(0).withSink(URI.create("http://127.0.0.1:1")),
                List.of(EndpointConfig.defaults(ENDPOINT, EndpointKind.INTERPOLATE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
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

    private void heap(int uploads, int megabytes) throws Exception {
        int pieces = Math.max(1, (megabytes << 20) / base64.length);
        var memory = ManagementFactory.getMemoryMXBean();
        System.gc();
        long before = memory.getHeapMemoryUsage().getUsed();
        var peak = new AtomicLong();
        var running = new AtomicBoolean(true);
        Thread sampler =
                Thread.ofPlatform()
                        .start(() -> {
                            while (running.get()) {
                                System.gc();
                                peak.accumulateAndGet(
                                        memory.getHeapMemoryUsage().getUsed(), Math::max);
                                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
                            }
                        });
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
        running.set(false);
        sampler.join();
        System.out.printf(
                "heap, %d uploads of %d MB at once: live %.0f MB before, at most %.0f MB meanwhile (after collections), of %.0f MB; %.0f MB/s of request in all%n",
                uploads,
                megabytes,
                before / 1e6,
                peak.get() / 1e6,
                memory.getHeapMemoryUsage().getMax() / 1e6,
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
