package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Against a real broker, with the gateway in a process whose heap is 64 MB. */
@ExtendWith(SharedBroker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LargeRequestTest {
    private static final EndpointId ENDPOINT = new EndpointId("interpolate");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PIECE = 750_000;
    private static final int PIECES = 300;
    private static final int PIECES_STORED = 200;
    private static final List<String> TEST_JARS =
            List.of(
                    "jazzer",
                    "byte-buddy",
                    "assertj",
                    "junit",
                    "spring-",
                    "scala-",
                    "kafka_2",
                    "kafka-streams",
                    "rocksdbjni");

    private static final String EMPTY_INPUT = "{\"input\":{}}";

    private final byte[] piece = new byte[PIECE];
    private KafkaTransport transport;
    private Process process;
    private int port;

    @BeforeAll
    void start(TestBroker broker) throws IOException {
        new Random(11).nextBytes(piece);
        transport = KafkaTransport.open(SmallGateway.kafka(broker.bootstrapServers()));
        transport.createTopics(List.of(ENDPOINT));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                classPathWithoutTestJars(),
                                SmallGateway.class.getName(),
                                broker.bootstrapServers(),
                                URI.create("http://127.0.0.1:1").toString())
                        .redirectError(new File("target/small-gateway.log"))
                        .start();
        port = portOf(process);
    }

    /** The JVM keeps the directory of each jar on its heap, and those of tests are megabytes. */
    private static String classPathWithoutTestJars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> TEST_JARS.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @AfterAll
    void stop() throws Exception {
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor(PATIENCE)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
            transport.close();
        }
    }

    /** Whatever is logged comes before the line that is only a number. */
    private static int portOf(Process process) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.matches("\\d+")) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(unused -> {}));
                return Integer.parseInt(line);
            }
        }
        throw new IOException("the gateway ended, see target/small-gateway.log");
    }

    @Test
    void threeHundredMegabytesPassAHeapOfSixtyFour() throws Exception {
        byte[] base64 = Base64.getEncoder().encode(piece);
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < PIECES; i++) {
            hash.update(piece);
        }
        String head = "{\"input\":{\"start_image_base64\":\"";
        String tail = "\",\"end_image_base64\":\"aGk=\",\"steps\":8}}";
        long length = head.length() + (long) base64.length * PIECES + tail.length();
        assertThat(length).isGreaterThan(300_000_000);
        try (var client = new RawClient(port)) {
            client.write("POST", "/v2/interpolate/run", "Content-Length: " + length);
            client.out.write(head.getBytes(US_ASCII));
            for (int i = 0; i < PIECES; i++) {
                client.out.write(base64);
            }
            client.out.write(tail.getBytes(US_ASCII));
            assertThat(client.reply().status()).isEqualTo(200);
        }
        MediaRef image = nextJob().input().media().getFirst();
        assertThat(image.bytes()).isEqualTo((long) PIECE * PIECES);
        assertThat(image.sha256()).isEqualTo(HexFormat.of().formatHex(hash.digest()));
    }

    @Test
    void threeHundredMegabytesOfStoredMediaPassItTooAndAreNamedByAJob() throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 2 * PIECES_STORED; i++) {
            hash.update(piece);
        }
        long half = (long) PIECE * PIECES_STORED;
        String place = "/v2/interpolate/media";
        for (int i = 0; i < 2; i++) {
            String range =
                    "Content-Range: bytes %d-%d/%d"
                            .formatted(i * half, (i + 1) * half - 1, 2 * half);
            place = "/v2/interpolate/media/" + stored(place, range);
        }
        String reference = place.substring(place.lastIndexOf('/') + 1);
        String body = "{\"input\":{\"start_image_base64\":\"%s\"}}".formatted(reference);
        try (var client = new RawClient(port)) {
            assertThat(client.send("POST", "/v2/interpolate/run", body).status()).isEqualTo(200);
        }
        MediaRef media = nextJob().input().media().getFirst();
        assertThat(media.bytes()).isEqualTo(2 * half);
        MessageDigest read = MessageDigest.getInstance("SHA-256");
        try (var in = new java.security.DigestInputStream(transport.media().open(media), read)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        assertThat(read.digest()).isEqualTo(hash.digest());
    }

    private String stored(String place, String range) throws IOException {
        try (var client = new RawClient(port)) {
            client.write("PUT", place, "Content-Length: " + (long) PIECE * PIECES_STORED, range);
            for (int i = 0; i < PIECES_STORED; i++) {
                client.out.write(piece);
            }
            var reply = client.reply();
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            return reply.json().path("media_ref").textValue();
        }
    }

    /** Each would keep its buffers for as long as its client likes. */
    @Test
    void twoThousandUnfinishedBodiesLeaveTheGatewayAlive() throws Exception {
        List<RawClient> unfinished = new ArrayList<>();
        try {
            byte[] begun = ("{\"input\":{\"prompt\":\"" + "x".repeat(20_000)).getBytes(US_ASCII);
            for (int i = 0; i < 2_000; i++) {
                var client = new RawClient(port);
                unfinished.add(client);
                try {
                    client.write("POST", "/v2/interpolate/run", "Content-Length: 400000");
                    client.out.write(begun);
                } catch (IOException refused) {
                    // it has its answer
                }
            }
            // once it has refused those that it has no room for
            Awaitility.await().atMost(PATIENCE).until(() -> status("GET", "") == 405);
            int refused =
                    Awaitility.await()
                            .atMost(PATIENCE)
                            .until(() -> status("POST", EMPTY_INPUT), status -> status > 0);
            assertThat(refused).isIn(429, 503);
        } finally {
            for (RawClient client : unfinished) {
                client.close();
            }
        }
        Awaitility.await().atMost(PATIENCE).until(() -> status("POST", EMPTY_INPUT) == 200);
        nextJob();
    }

    /** The status of a request on a connection of its own; 0 if that was cut. */
    private int status(String method, String body) {
        try (var client = new RawClient(port)) {
            return client.send(method, "/v2/interpolate/run", body).status();
        } catch (IOException cut) {
            return 0;
        }
    }

    private Job nextJob() throws InterruptedException {
        try (var queue = transport.queue(List.of(ENDPOINT), new WorkerId("test"))) {
            var claimed = queue.take(PATIENCE).orElseThrow();
            claimed.finish();
            return claimed.job();
        }
    }

    /** The parser behind the server would otherwise take such a chunk into memory whole. */
    @Test
    void oneChunkOfEightyMegabytesDoesToo() throws Exception {
        byte[] base64 = Base64.getEncoder().encode(piece);
        String head = "{\"input\":{\"start_image_base64\":\"";
        String tail = "\",\"end_image_base64\":\"aGk=\",\"steps\":8}}";
        long length = head.length() + (long) base64.length * 80 + tail.length();
        try (var client = new RawClient(port)) {
            client.write("POST", "/v2/interpolate/run", "Transfer-Encoding: chunked");
            client.write(Long.toHexString(length) + "\r\n" + head);
            for (int i = 0; i < 80; i++) {
                client.out.write(base64);
            }
            client.write(tail + "\r\n0\r\n\r\n");
            assertThat(client.reply().status()).isEqualTo(200);
        }
        assertThat(nextJob().input().media().getFirst().bytes()).isEqualTo(PIECE * 80L);
    }
}
