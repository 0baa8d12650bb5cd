package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobAnswer;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One large file end to end: uploaded with {@code PUT}, referenced by a job, copied by a worker
 * that does nothing else, and read back in ranges. Gateway and sink are separate processes with
 * small heaps; their peak resident memory is printed. Arguments: MiB (1024), heap of the gateway in
 * MiB (64), heap of the sink in MiB (96).
 */
public final class LargeMediaBenchmark implements AutoCloseable {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final int RANGES = 16;
    private static final long MIB = 1L << 20;

    private final Path folder = Files.createTempDirectory("large-media");
    private final EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
    private final HttpClient client = HttpClient.newHttpClient();
    private final int gatewayPort = ServiceProcess.freePort();
    private final ServiceProcess sink;
    private final ServiceProcess gateway;

    private LargeMediaBenchmark(int gatewayHeap, int sinkHeap) throws IOException {
        int sinkPort = ServiceProcess.freePort();
        Path config = folder.resolve("heritage.yaml");
        Files.writeString(
                config,
                """
                admin: {enabled: false}
                kafka: {bootstrap-servers: "%s", replication: 1, media-partitions: 4}
                gateway: {port: %d, sink: "http://127.0.0.1:%d"}
                sink: {port: %d, state-dir: "%s"}
                """
                        .formatted(
                                broker.bootstrapServers(),
                                gatewayPort,
                                sinkPort,
                                sinkPort,
                                folder.resolve("sink")));
        sink = new ServiceProcess("sink", sinkHeap, config);
        gateway = new ServiceProcess("gateway", gatewayHeap, config);
    }

    public static void main(String[] args) throws Exception {
        long bytes = argument(args, 0, 1024) * MIB;
        int gatewayHeap = argument(args, 1, 64);
        int sinkHeap = argument(args, 2, 96);
        try (var benchmark = new LargeMediaBenchmark(gatewayHeap, sinkHeap)) {
            benchmark.runOrTellWhy(bytes);
            System.out.printf(
                    "peak resident memory: gateway %d MiB (heap %d), sink %d MiB (heap %d)%n",
                    benchmark.gateway.peakMebibytes(),
                    gatewayHeap,
                    benchmark.sink.peakMebibytes(),
                    sinkHeap);
        }
    }

    private static int argument(String[] args, int index, int fallback) {
        return args.length > index ? Integer.parseInt(args[index]) : fallback;
    }

    /** The logs of gateway and sink go with their folder. */
    private void runOrTellWhy(long bytes) throws Exception {
        try {
            run(bytes);
        } catch (Exception e) {
            gateway.tell();
            sink.tell();
            throw e;
        }
    }

    private void run(long bytes) throws Exception {
        var kafka =
                new KafkaConfig(
                        broker.bootstrapServers(),
                        Map.of(),
                        4,
                        KafkaConfig.defaults().eventPartitions(),
                        1,
                        KafkaConfig.defaults().mediaRetention(),
                        KafkaConfig.defaults().mediaRetentionBytes(),
                        KafkaConfig.defaults().uploadTimeout(),
                        KafkaConfig.defaults().concurrentUploads(),
                        8 << 20);
        ProcessorConfig config = ProcessorConfig.defaults();
        List<EndpointId> endpoints = List.of(ENDPOINT);
        try (var transport = KafkaTransport.open(kafka)) {
            transport.createTopics(endpoints);
            MediaStore media = transport.media();
            MediaStore results = transport.results();
            try (var processor =
                    Processor.startWith(
                            Map.of(EndpointKind.RESTORE, attempt -> copy(attempt, media, results)),
                            config,
                            List.of(EndpointConfig.defaults(ENDPOINT, EndpointKind.RESTORE)),
                            2,
                            ProcessorPorts.of(transport, endpoints, config.worker()),
                            Clock.systemUTC())) {
                processor.awaitReady(Duration.ofMinutes(1));
                awaitHealth();
                measure(bytes);
            }
        }
    }

    private static JobAnswer copy(Attempt attempt, MediaStore media, MediaStore results)
            throws IOException {
        var ref = attempt.job().input().media().getFirst();
        try (InputStream in = media.open(ref);
                MediaUpload upload = results.begin(attempt.job().id().value())) {
            MediaPart part = upload.part("restored.mp4", "video/mp4");
            byte[] block = new byte[1 << 18];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                attempt.checkpoint();
                part.write(block, 0, n);
            }
            part.close();
            var body = JsonNodeFactory.instance.objectNode();
            body.putArray("media").add(Payload.placeholder(0));
            return new JobAnswer.Output(new Payload(body, List.of(part.durable())));
        }
    }

    private void measure(long bytes) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        long began = System.nanoTime();
        JsonNode stored = send("PUT", "media", publisher(bytes, hash));
        print("PUT", bytes, began);
        String sha256 = HexFormat.of().formatHex(hash.digest());
        require(stored.path("sha256").asText().equals(sha256), "another hash: " + stored);

        began = System.nanoTime();
        JsonNode ended =
                send(
                        "POST",
                        "runsync?wait=300000",
                        BodyPublishers.ofString(
                                "{\"input\":{\"media\":\"%s\"},\"policy\":{\"reply\":\"links\"}}"
                                        .formatted(stored.path("media_ref").asText())));
        print("runsync, a copy", bytes, began);
        require(ended.path("status").asText().equals("COMPLETED"), "not completed: " + ended);
        require(ended.at("/output/size").asLong() == bytes, "another size: " + ended);

        began = System.nanoTime();
        MessageDigest back = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < RANGES; i++) {
            range(
                    ended.at("/output/video_url").asText(),
                    bytes * i / RANGES,
                    bytes * (i + 1) / RANGES - 1,
                    back);
        }
        print("GET in %d ranges".formatted(RANGES), bytes, began);
        require(HexFormat.of().formatHex(back.digest()).equals(sha256), "other bytes came back");
        System.out.println("every byte was read back");
    }

    private void range(String path, long first, long last, MessageDigest hash) throws Exception {
        HttpResponse<InputStream> reply =
                client.send(
                        HttpRequest.newBuilder(uri(path))
                                .header("Range", "bytes=" + first + "-" + last)
                                .build(),
                        BodyHandlers.ofInputStream());
        require(reply.statusCode() == 206, "HTTP " + reply.statusCode());
        try (InputStream in = reply.body()) {
            byte[] block = new byte[1 << 18];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                hash.update(block, 0, n);
            }
        }
    }

    private void awaitHealth() throws Exception {
        for (int tries = 0; tries < 240; tries++) {
            try {
                var reply =
                        client.send(
                                HttpRequest.newBuilder(uri("/v2/restore/health")).build(),
                                BodyHandlers.ofString());
                if (reply.statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                gateway.requireAlive();
                sink.requireAlive();
            }
            Thread.sleep(Duration.ofMillis(500));
        }
        throw new IllegalStateException("not ready after two minutes");
    }

    private JsonNode send(String method, String operation, BodyPublisher body) throws Exception {
        var reply =
                client.send(
                        HttpRequest.newBuilder(uri("/v2/restore/" + operation))
                                .header("Content-Type", "video/mp4")
                                .method(method, body)
                                .build(),
                        BodyHandlers.ofString());
        require(reply.statusCode() == 200, reply.statusCode() + " " + reply.body());
        return Wire.json().readTree(reply.body());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gatewayPort + path);
    }

    private static BodyPublisher publisher(long bytes, MessageDigest hash) {
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> new NoiseStream(bytes, hash)), bytes);
    }

    private static void print(String what, long bytes, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%-18s %d MiB in %.1f s, %.0f MiB/s%n",
                what, bytes / MIB, seconds, bytes / MIB / seconds);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Incompressible bytes, and their hash. */
    private static final class NoiseStream extends InputStream {
        private final byte[] block = new byte[1 << 20];
        private final MessageDigest hash;
        private long left;

        NoiseStream(long bytes, MessageDigest hash) {
            this.left = bytes;
            this.hash = hash;
            new Random(7).nextBytes(block);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int at = (int) (left % block.length);
            int count = (int) Math.min(Math.min(length, left), block.length - at);
            System.arraycopy(block, at, into, offset, count);
            hash.update(into, offset, count);
            left -= count;
            return count;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        client.close();
        gateway.close();
        sink.close();
        broker.close();
        Arguments.delete(folder);
    }
}
