package io.heritage.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobAnswer;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.GatewayService;
import io.heritage.standalone.services.SinkService;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Throughput of a result from Kafka to the client, as the file itself and as base64 in the reply of
 * {@code /status}. The reference, in turns, is a plain consumer that reads the same records in
 * fetches of 8 MiB and ignores their content. Gateway, sink and processor are in this process, as
 * in {@code up}; the broker is a separate process.
 *
 * <p>{@code benchmarks/run ResultBenchmark [MIB] [ROUNDS]}
 */
public final class ResultBenchmark {
    private static final int FETCH = 8 << 20;

    private final String servers;
    private final int port;
    private final byte[] buffer = new byte[1 << 18];

    private ResultBenchmark(String servers, int port) {
        this.servers = servers;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        var arguments = new Arguments(args);
        int mebibytes = arguments.number(256);
        int rounds = arguments.number(7);
        Path dir = Files.createTempDirectory("heritage-result-");
        try (var broker = new BrokerProcess()) {
            HeritageConfig config = config(broker.servers(), dir);
            try (var sink = SinkService.start(config, _ -> {});
                    var gateway =
                            GatewayService.start(
                                    config.with("gateway.sink", "http://127.0.0.1:" + sink.port()),
                                    _ -> {});
                    var transport = KafkaTransport.open(config.kafka());
                    var processor = processor(config, transport, mebibytes)) {
                if (!processor.awaitReady(Duration.ofMinutes(1))) {
                    throw new IllegalStateException("the processor is not ready");
                }
                new ResultBenchmark(broker.servers(), gateway.port()).run(rounds);
            }
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private static HeritageConfig config(String servers, Path dir) throws Exception {
        return HeritageConfig.load(
                Optional.empty(),
                Map.of(),
                List.of(
                        new Flag("kafka", "kafka.bootstrap-servers", servers),
                        new Flag("replication", "kafka.replication", "1"),
                        new Flag("admin", "admin.port", "0"),
                        new Flag("port", "gateway.port", "0"),
                        new Flag("sink", "sink.port", "0"),
                        new Flag("state", "sink.state-dir", dir.resolve("state").toString())));
    }

    private static Processor processor(
            HeritageConfig config, KafkaTransport transport, int mebibytes) {
        return Processor.startWith(
                Map.of(EndpointKind.RESTORE, attempt -> noise(attempt, transport, mebibytes)),
                config.processor(),
                config.endpoints().values().stream()
                        .filter(endpoint -> endpoint.kind() == EndpointKind.RESTORE)
                        .toList(),
                2,
                ProcessorPorts.of(
                        transport, config.endpoints().keySet(), config.processor().worker()),
                Clock.systemUTC());
    }

    private static JobAnswer noise(Attempt attempt, KafkaTransport transport, int mebibytes)
            throws IOException {
        byte[] block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        try (MediaUpload upload = transport.results().begin(attempt.job().id().value())) {
            MediaPart part = upload.part("restored.mp4", "video/mp4");
            for (int i = 0; i < mebibytes; i++) {
                attempt.checkpoint();
                part.write(block);
            }
            part.close();
            MediaRef ref = part.durable();
            // where the records lie is told by the way that a client reads as well
            var body = JsonNodeFactory.instance.objectNode();
            body.putArray("media").add(Payload.placeholder(0));
            body.put("where", Wire.json().writeValueAsString(ref));
            return new JobAnswer.Output(new Payload(body, List.of(ref)));
        }
    }

    private void run(int rounds) throws Exception {
        String reply =
                text(
                        "POST",
                        "runsync?wait=120000",
                        "{\"input\":{\"media\":\"QUJD\"},\"policy\":{\"reply\":\"links\"}}");
        var job = Wire.json().readTree(reply);
        var ref =
                (MediaRef.InKafka)
                        Wire.json().readValue(job.at("/output/where").asText(), MediaRef.class);
        String id = job.path("id").asText();
        double[] plain = new double[rounds];
        double[] file = new double[rounds];
        double[] base64 = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double a = ref.bytes() / 1e6 / seconds(() -> consume(ref));
            double b = ref.bytes() / 1e6 / seconds(() -> get("output/" + id + "/0", ref.bytes()));
            double c = ref.bytes() / 1e6 / seconds(() -> get("status/" + id, ref.bytes() / 3 * 4));
            System.out.printf(
                    "round %d: plain consumer %.0f MB/s, file %.0f, base64 %.0f%n", round, a, b, c);
            if (round >= 0) { // the first warms up
                plain[round] = a;
                file[round] = b;
                base64[round] = c;
            }
        }
        double reference = median(plain);
        System.out.printf(
                "median of %d: plain consumer %.0f MB/s; file %.0f, ratio %.2f; base64 %.0f of media, ratio %.2f%n",
                rounds,
                reference,
                median(file),
                median(file) / reference,
                median(base64),
                median(base64) / reference);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void consume(MediaRef.InKafka ref) {
        var partition = new TopicPartition(ref.topic(), ref.partition());
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers", servers,
                        "fetch.max.bytes", FETCH,
                        "max.partition.fetch.bytes", FETCH);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, ref.firstOffset());
            for (long last = -1; last < ref.lastOffset(); ) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    last = record.offset();
                }
            }
        }
    }

    private void get(String operation, long least) throws IOException {
        try (Socket socket = ask("GET", operation, "")) {
            InputStream in = socket.getInputStream();
            long read = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read += n;
            }
            if (read < least) {
                throw new IOException("%s broke off after %d bytes".formatted(operation, read));
            }
        }
    }

    private String text(String method, String operation, String body) throws IOException {
        try (Socket socket = ask(method, operation, body)) {
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return reply.substring(reply.indexOf("\r\n\r\n") + 4);
        }
    }

    private Socket ask(String method, String operation, String body) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String request =
                "%s /v2/restore/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(method, operation, body.length(), body);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    @FunctionalInterface
    private interface TimedWork {
        void run() throws IOException;
    }

    private static double seconds(TimedWork work) throws IOException {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
