package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.media.MediaQuotaReached;
import io.heritage.transport.memory.MemoryEventLog;
import io.heritage.transport.memory.MemoryJobs;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests through HTTP, by the rules of docs/spec/runpod.md. */
final class GatewayTest {
    private static final int LIMIT = 100_000;
    private static final String KEY = "hk-correct-horse";
    private static final String AUTHORIZED = "Authorization: Bearer " + KEY;
    private static final String RUN = "/v2/interpolate/run";
    private static final String RUNSYNC = "/v2/interpolate/runsync";
    private static final String HEALTH = "/v2/interpolate/health";
    private static final String EMPTY_INPUT = "{\"input\":{}}";

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final MemoryMediaStore media = transport.media();
    private final MemoryJobs jobs = transport.jobs();
    private final MemoryEventLog events = transport.events();
    private FakeSink sink = new FakeSink();
    private Gateway gateway = start(true);
    private RawClient client = connect();

    @BeforeEach
    void beQuiet() {
        assertThat(jobs.submitted()).isEmpty();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        gateway.close();
        sink.close();
    }

    /** So long that no test that stands still for a while has its connections cut. */
    static GatewayConfig config(FakeSink sink, boolean keys) {
        return config(sink, keys, Duration.ofSeconds(60), Duration.ofSeconds(2));
    }

    static GatewayConfig config(
            FakeSink sink, boolean keys, Duration readTimeout, Duration shutdownGrace) {
        var defaults = GatewayConfig.defaults();
        return new GatewayConfig(
                defaults.host(),
                0,
                defaults.basePath(),
                sink.uri(),
                LIMIT,
                LIMIT,
                20_000,
                2 * LIMIT,
                keys
                        ? List.of(ApiKey.ofPlain("alice", KEY), ApiKey.ofPlain("bob", "hk-other"))
                        : List.of(),
                Set.of("studio.example", "studio_host"),
                Set.of("https://app.example"),
                readTimeout,
                shutdownGrace,
                "between-gateway-and-sink",
                defaults.limits(),
                MediaUrls.defaults(),
                RequestRates.defaults(),
                UnknownFields.WARN,
                GatewayTls.defaults(),
                "e2",
                "between-gateway-and-processor",
                false);
    }

    private Gateway start(boolean keys) {
        return start(keys, jobs);
    }

    private Gateway start(boolean keys, JobLog jobs) {
        return start(config(sink, keys), jobs);
    }

    private Gateway start(GatewayConfig config, JobLog jobs) {
        return Gateway.start(
                config,
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                media,
                jobs,
                events,
                Clock.systemUTC());
    }

    private RawClient connect() {
        try {
            return new RawClient(gateway.port());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void restartWithoutKeys() throws IOException {
        restart(config(sink, false));
    }

    private void restart(GatewayConfig config) throws IOException {
        client.close();
        gateway.close();
        gateway = start(config, jobs);
        client = connect();
    }

    private Reply run(String body) throws IOException {
        return client.send("POST", RUN, body, AUTHORIZED);
    }

    private static String withImages(int bytes) {
        byte[] image = new byte[bytes];
        new Random(7).nextBytes(image);
        String base64 = Base64.getEncoder().encodeToString(image);
        return "{\"input\":{\"start_image_base64\":\"%s\",\"end_image_base64\":\"%s\"}}"
                .formatted(base64, base64);
    }

    private static void eventually(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    @Nested
    final class Keys {

        @ParameterizedTest
        @ValueSource(strings = {"Bearer " + KEY, KEY, "bearer " + KEY, "BEARER   " + KEY + " "})
        void aKeyOpensWithAndWithoutBearer(String authorization) throws IOException {
            Reply reply = client.send("POST", RUN, EMPTY_INPUT, "authorization: " + authorization);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
            assertThat(reply.json().size()).isEqualTo(2);
            assertThat(reply.json().path("status").textValue()).isEqualTo("IN_QUEUE");
            assertThat(reply.json().path("id").textValue())
                    .matches("[0-9a-f-]{36}-e2") // the shape of RunPod's ids
                    .isEqualTo(reply.header("X-Heritage-Job-Id"));
            assertThat(jobs.submitted().getFirst().owner()).isEqualTo("alice");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"X-None: 1", "Authorization: Bearer wrong", "Authorization: Bearer"})
        void withoutAGoodKeyAllIsRefused(String header) throws IOException {
            Reply reply = client.send("POST", "/v2/nowhere/run", EMPTY_INPUT, header);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.json().toString())
                    .isEqualTo("{\"error\":\"unauthorized\",\"detail\":\"unauthorized\"}");
        }

        @Test
        void keysNeverShow() {
            assertThat(config(sink, true).toString())
                    .contains("ApiKey[alice]")
                    .doesNotContain(KEY)
                    .doesNotContain(ApiKey.ofPlain("alice", KEY).sha256());
        }

        @Test
        void withoutKeysOtherAddressesAreNotBound() {
            var d = config(sink, false);
            assertThatThrownBy(() ->
                            new GatewayConfig(
                                    "0.0.0.0",
                                    0,
                                    d.basePath(),
                                    d.sink(),
                                    1,
                                    1,
                                    1,
                                    1,
                                    List.of(),
                                    Set.of(),
                                    Set.of(),
                                    d.readTimeout(),
                                    d.shutdownGrace(),
                                    d.sinkSecret(),
                                    d.limits(),
                                    d.mediaUrls(),
                                    d.rates(),
                                    d.unknownFields(),
                                    d.tls(),
                                    d.jobIdSuffix(),
                                    d.uploadSecret(),
                                    false))
                    .hasMessageContaining("heritage keys new NAME");
        }
    }

    @Nested
    final class WithoutKeys {

        @ParameterizedTest
        @CsvSource({
            "127.0.0.1, 200",
            "127.9.9.9:8000, 200",
            "LOCALHOST:8000, 200",
            "api.localhost, 200",
            "[::1]:8000, 200",
            "studio.example, 200",
            "evil.example, 403",
            "127.0.0.1.evil.example, 403",
            "localhost.evil.example:8000, 403",
        })
        void onlyLoopbackNamesMayBeCalled(String host, int status) throws IOException {
            restartWithoutKeys();
            Reply reply = client.send("POST", RUN, EMPTY_INPUT, "Host: " + host);
            assertThat(reply.status()).isEqualTo(status);
            if (status == 403) {
                assertThat(reply.error()).contains("heritage keys new NAME").contains(host);
            } else {
                assertThat(jobs.submitted().getFirst().owner()).isEqualTo("local");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "http://localhost:3000, 200",
            "https://app.example, 200",
            "https://evil.example, 403",
            "null, 403",
        })
        void onlyKnownPagesMayCall(String origin, int status) throws IOException {
            restartWithoutKeys();
            assertThat(client.send("POST", RUN, EMPTY_INPUT, "Origin: " + origin).status())
                    .isEqualTo(status);
        }
    }

    @Nested
    final class Routing {

        @ParameterizedTest
        @CsvSource({
            "POST, /v2/unknown/run, 404, endpoint not found",
            "POST, /v2/interpolate/openai/v1/models, 404, not allowed for QB API",
            "POST, /v2/interpolate, 404, not allowed for QB API",
            "POST, /v2/interpolate/run/extra, 404, not allowed for QB API",
            "GET, /v2/interpolate/status/b%2e%2e, 404, job not found",
            "GET, /v2/interpolate/status/, 404, job not found",
            "GET, /v2/interpolate/run, 405, 'run takes POST, not GET'",
            "DELETE, /v2/interpolate/stream/x, 405, 'stream takes GET, POST, not DELETE'",
            "GET, /v2/interpolate/stream, 404, job not found",
            "GET, /v2/interpolate/cancel/x, 405, 'cancel takes POST, not GET'",
            "POST, /v2/interpolate/health, 405, 'health takes GET, HEAD, not POST'",
            "GET, /nothing, 404, nothing here; operations are at /v2/ENDPOINT/OPERATION",
        })
        void whatIsNotThereIsSaidSo(String method, String path, int status, String error)
                throws IOException {
            Reply reply = client.send(method, path, "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.error()).isEqualTo(error);
            assertThat(reply.json().path("detail").asText()).isEqualTo(error);
            assertThat(reply.header("Allow").isEmpty()).isEqualTo(status != 405);
        }

        @ParameterizedTest
        @CsvSource({
            "/v2/interpolate/status/%zz, the path has a bad percent-encoding at character 23: exp",
            "/v2/interpolate/status/abc%2, the path has a bad percent-encoding at character 26:"
                    + " exp",
            "/v2/interpolate/status/[, the path has a character at 23 that must be"
                    + " percent-encoded",
            "/v2/interpolate/status/a?wait=%, the query has a bad percent-encoding at character 5:"
                    + " e",
            "/v2/interpolate/status/a?wait=%zz, the query has a bad percent-encoding at character ",
            "/v2/interpolate/status/a?wait=^, the query has a character at 5 that must be"
                    + " percent-"
        })
        void aTargetThatIsNoUrlIsToldWhere(String target, String error) throws IOException {
            client.write("GET", target, "Content-Length: 0", AUTHORIZED);
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).startsWith(error);
            assertThat(reply.json().path("detail").asText()).isEqualTo(reply.error());
        }

        @Test
        void doubledSlashesAreOne() throws IOException {
            assertThat(
                            client.send("POST", "/v2//interpolate//run", EMPTY_INPUT, AUTHORIZED)
                                    .status())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "gzip, deflate, br|gzip",
                    "br;q=1, *;q=0.1|gzip",
                    "deflate, gzip;q=0|''",
                    "br|''",
                    "identity|''"
                })
        void longJsonIsCompressedForWhoAsks(String accepted, String encoding) throws Exception {
            client.write(
                    "GET",
                    "/openapi.json",
                    "Content-Length: 0",
                    AUTHORIZED,
                    "Accept-Encoding: " + accepted);
            Reply reply = client.reply();
            assertThat(reply.header("Content-Encoding")).isEqualTo(encoding);
            assertThat(reply.header("Vary")).isEqualTo("Accept-Encoding");
            byte[] body = reply.body().getBytes(StandardCharsets.ISO_8859_1);
            if (!encoding.isEmpty()) {
                assertThat(body.length).isLessThan(20_000);
                body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            }
            assertThat(Wire.json().readTree(body).path("openapi").asText()).startsWith("3.1");
        }

        @Test
        void shortJsonIsNotCompressed() throws IOException {
            Reply queued =
                    client.send("POST", RUN, EMPTY_INPUT, AUTHORIZED, "Accept-Encoding: gzip");
            assertThat(queued.header("Content-Encoding")).isEmpty();
            assertThat(queued.header("Vary")).isEmpty();
        }

        @Test
        void brokenHttpIsAnsweredInJson() throws IOException {
            client.write("POST " + RUN + " HTTP/1.1\r\nHost: a b\r\nContent-Length: 0\r\n\r\n");
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isNotEmpty();
        }

        /** It used to be 500, as a fault of the gateway. */
        @Test
        void aMethodThatIsNoneIsTheClientsFault() throws IOException {
            client.write("PO,ST " + RUN + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).startsWith("not HTTP: expected a line METHOD /PATH");
        }

        /** It used to be a reset in the middle of sending. */
        @Test
        void aHeaderOfTenMegabytesIsAnswered() throws IOException {
            client.write("GET " + HEALTH + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ");
            byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 10; i++) {
                client.out.write(piece);
            }
            client.write("\r\n\r\n");
            Reply reply = client.reply();
            assertThat(reply.status()).isIn(400, 431);
            assertThat(reply.error()).isNotEmpty();
        }

        @Test
        void aConfiguredPageGetsItsPreflight() throws IOException {
            Reply reply =
                    client.send(
                            "OPTIONS",
                            RUN,
                            "",
                            "Origin: https://app.example",
                            "Access-Control-Request-Method: POST");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Access-Control-Allow-Origin"))
                    .isEqualTo("https://app.example");
            List<String> allowed = namesIn(reply, "Access-Control-Allow-Headers");
            List<String> exposed = namesIn(reply, "Access-Control-Expose-Headers");
            JsonNode components = ApiContract.document().path("components");
            for (JsonNode parameter : components.path("parameters")) {
                if (parameter.path("in").textValue().equals("header")) {
                    assertThat(allowed).contains(parameter.path("name").textValue());
                }
            }
            components
                    .path("headers")
                    .fieldNames()
                    .forEachRemaining(name -> assertThat(exposed).contains(name));
            assertThat(
                            client.send("OPTIONS", RUN, "", "Origin: https://evil.example")
                                    .header("Access-Control-Allow-Origin"))
                    .isEmpty();
        }

        private static List<String> namesIn(Reply reply, String header) {
            return List.of(reply.header(header).split(", *"));
        }
    }

    @Nested
    final class Submitting {

        @Test
        void mediaArriveAndTheJobRefersToThem() throws IOException {
            assertThat(run(withImages(5_000)).status()).isEqualTo(200);
            Job job = jobs.submitted().getFirst();
            assertThat(job.input().body().toString())
                    .isEqualTo(
                            "{\"start_image_base64\":{\"$media\":0},\"end_image_base64\":{\"$media\":1}}");
            assertThat(job.input().media()).hasSize(2);
            assertThat(media.keys())
                    .containsOnly(job.id() + "/start_image_base64", job.id() + "/end_image_base64");
            assertThat(media.part("end_image_base64")).hasSize(5_000);
        }

        @Test
        void aWebhookWithinTheInputIsNone() throws IOException {
            String body =
                    "{\"input\":{\"start_image_base64\":\"aGk=\",\"end_image_base64\":\"aGk=\",\"webhook\":\"https://hook.example/a\"}}";
            assertThat(run(body).status()).isEqualTo(200);
            assertThat(jobs.submitted().getFirst().webhook()).isNull();
        }

        @Test
        void unknownKeysAreDroppedAndCredentialsAreSealed() throws Exception {
            String body =
                    """
                    {"input":{},"foo":1,"webhookV2":"x","webhook":"https://hook.example/a",
                     "s3Config":{"endpointUrl":"https://s3.eu-west-3.amazonaws.com","bucketName":"films",
                                 "accessId":"public-half","accessSecret":"topsecret","objectPath":"/a/"}}
                    """;
            assertThat(run(body).status()).isEqualTo(200);
            Job job = jobs.submitted().getFirst();
            assertThat(job.webhook()).isEqualTo("https://hook.example/a");
            assertThat(new String(io.heritage.schemas.Wire.encode(job), StandardCharsets.UTF_8))
                    .doesNotContain("topsecret")
                    .doesNotContain("public-half")
                    .doesNotContain("films")
                    .doesNotContain("foo");
            var secret = new UploadSecret("between-gateway-and-processor");
            UploadTarget target = secret.open(Objects.requireNonNull(job.upload()), job.id());
            assertThat(target.accessSecret()).isEqualTo("topsecret");
            assertThat(target.key(job.id(), "a.mp4")).isEqualTo("a/" + job.id() + "/a.mp4");
            assertThat(target.signedRegion()).isEqualTo("eu-west-3");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\u0001',
                value = {
                    "{}|no input: expected {\"input\": {…}}, found the keys []",
                    "{\"input\"|the JSON ends too early, after 8 bytes: expected ':' after a key",
                    "[]|the body is a JSON array; expected an object with the key input",
                    "{\"input\":{},\"policy\":{\"executionTimeout\":4999}}|policy.executionTimeout:"
                            + " the minimum is 5000 ms",
                    "{\"input\":{},\"policy\":{\"ttl\":9999}}|policy.ttl: the minimum is 10000 ms",
                    "{\"input\":{},\"s3Config\":\"x\"}|s3Config: expected an object",
                    "{\"input\":{},\"s3Config\":{\"endpointUrl\":7}}|s3Config.endpointUrl: expected"
                            + " a text of at most 1024 characters",
                    "{\"input\":{},\"s3Config\":{\"endpointUrl\":\"ftp://a\",\"bucketName\":\"b\",\"accessId\":\"c\",\"accessSecret\":\"d\"}}|s3Config.endpointUrl:"
                            + " expected an http or https URL without the bucket, such as"
                            + " https://s3.eu-central-1.amazonaws.com",
                    "{\"input\":{},\"webhook\":\"ftp://a/b\"}|webhook: expected an http or https"
                            + " URL of at most 4096 characters",
                    "{\"input\":{},\"webhook\":{\"url\":\"https://a/\"}}|webhook: expected an http"
                            + " or https URL of at most 4096 characters",
                    "{\"input\":{},\"webhook\":7}|webhook: expected an http or https URL of at most"
                            + " 4096 characters",
                })
        void aBadRequestIsRefusedAndTheConnectionGoesOn(String body, String error)
                throws IOException {
            Reply reply = run(body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo(error);
            assertThat(jobs.submitted()).isEmpty();
            assertThat(
                            run("{\"input\":{},\"policy\":{\"executionTimeout\":5000,\"ttl\":10000}}")
                                    .status())
                    .isEqualTo(200);
        }

        @Test
        void aSubmissionWithoutRoomForItsMediaIsRefusedBeforeItsBodyIsRead() throws IOException {
            media.refuse(new MediaQuotaReached("no room"));
            Reply refused = run("{\"input\":");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("retry-after")).isEqualTo("30");
            assertThat(refused.error()).isEqualTo("no room");
            media.refuse(new DiskFull("disk full", "/data"));
            Reply full = run(EMPTY_INPUT);
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("retry-after")).isEqualTo("60");
            assertThat(jobs.submitted()).isEmpty();
            media.refuse(null);
            assertThat(run("{\"input\":{}}").status()).isEqualTo(200);
        }

        @Test
        void requestsThatKafkaDoesNotServeLeaveOneLineAndNoTrace() throws IOException {
            var logger = (Logger) LoggerFactory.getLogger("io.heritage.gateway");
            var lines = new ListAppender<ILoggingEvent>();
            lines.start();
            logger.addAppender(lines);
            try {
                media.refuse(new TransportUnavailable("no room told"));
                for (int i = 0; i < 3; i++) {
                    Reply away = run(EMPTY_INPUT);
                    assertThat(away.status()).isEqualTo(503);
                    assertThat(away.header("retry-after")).isEqualTo("5");
                }
            } finally {
                logger.detachAppender(lines);
            }
            assertThat(List.copyOf(lines.list))
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getThrowableProxy()).isNull());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "86400001|5000|policy.ttl: 86400001 ms is longer than media are kept here"
                            + " (kafka.media-retention: 86400000 ms)",
                    "86400000|43200001|policy.executionTimeout: 43200001 ms and the result's"
                            + " retention of 43200000 ms together are longer than media are kept"
                            + " here (kafka.media-retention: 86400000 ms)",
                })
        void aJobThatOutlivesItsMediaIsRefused(long ttl, long executionTimeout, String error)
                throws IOException {
            media.keepFor(Duration.ofHours(24));
            String body = "{\"input\":{},\"policy\":{\"ttl\":%d,\"executionTimeout\":%d}}";
            Reply refused = run(body.formatted(ttl, executionTimeout));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.error()).isEqualTo(error);
            assertThat(run(body.formatted(86_400_000, 43_200_000)).status()).isEqualTo(200);
        }

        @Test
        void aFieldThatMeansNothingIsNamedWithTheOneThatWasMeant() throws IOException {
            Reply reply = run("{\"input\":{\"action\":\"health\"}}".replace("action", "step"));
            assertThat(reply.header("X-Heritage-Warning")).isEmpty();
            Reply accepted =
                    run(withImages(10).replace("{\"start", "{\"stepz\":8,\"my own\":1,\"start"));
            assertThat(accepted.status()).isEqualTo(200);
            assertThat(accepted.header("X-Heritage-Warning"))
                    .isEqualTo("input has unknown fields: stepz (did you mean steps?), my own");
            assertThat(run(withImages(10)).header("X-Heritage-Warning")).isEmpty();
        }

        @Test
        void anInputThatIsWrappedTwiceIsToldSo() throws IOException {
            run("{\"input\":{\"input\":{\"steps\":8}}}");
            assertThat(((JobEvent.Rejected) events.all().getLast()).error())
                    .isEqualTo(
                            "start_image_base64 is required; the input is wrapped twice, expected"
                                    + " {\"input\": {…}} once");
        }

        @Test
        void textsDoNotNameSettingsOfTheParser() throws IOException {
            Reply reply = run("{\"input\":{\"steps\":NaN}}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).startsWith("not JSON: Non-standard token 'NaN' (line 1");
        }

        @Test
        void aWrongInputFailsTheJobWithoutQueueing() throws IOException {
            Reply reply = run("{\"input\":{\"steps\":8}}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("status").textValue()).isEqualTo("IN_QUEUE");
            assertThat(jobs.submitted()).isEmpty();
            assertThat(events.all()).hasSize(1);
            var rejected = (JobEvent.Rejected) events.all().getFirst();
            assertThat(rejected.error()).isEqualTo("start_image_base64 is required");
            assertThat(rejected.jobId().value()).isEqualTo(reply.json().path("id").textValue());
        }

        @Test
        void theLimitIsTheBodysLength() throws IOException {
            String start = "{\"input\":{\"start_image_base64\":\"";
            String end = "\"}}";
            int room = LIMIT - start.length() - end.length();
            String fits = start + "A".repeat(room / 4 * 4) + end;
            fits = fits + " ".repeat(LIMIT - fits.length());
            assertThat(run(fits).status()).isEqualTo(200);
            Reply over = run(fits + " ");
            assertThat(over.status()).isEqualTo(400);
            assertThat(over.error()).isEqualTo("exceeded max body size of 100000 bytes");
            assertThat(run(EMPTY_INPUT).status()).as("same connection").isEqualTo(200);
            client.write("POST", RUN, "Transfer-Encoding: chunked", AUTHORIZED);
            client.write(Integer.toHexString(LIMIT + 1) + "\r\n" + fits + " \r\n0\r\n\r\n");
            assertThat(client.reply().error()).startsWith("exceeded max body size");
            assertThat(run(EMPTY_INPUT).status()).isEqualTo(200);
        }

        @Test
        void aHugeBodyIsRefusedBeforeItIsSent() throws IOException {
            client.write(
                    "POST",
                    RUN,
                    "Content-Length: 999999999999",
                    AUTHORIZED,
                    "Expect: 100-continue");
            assertThat(client.reply().status()).isEqualTo(400);
            assertThat(client.atEnd()).isTrue();
        }

        @Test
        void aClientThatExpectsContinueGetsIt() throws IOException {
            String body = withImages(3_000);
            client.write(
                    "POST",
                    RUN,
                    "Content-Length: " + body.length(),
                    AUTHORIZED,
                    "Expect: 100-continue");
            assertThat(client.reply().status()).isEqualTo(100);
            client.write(body);
            assertThat(client.reply().status()).isEqualTo(200);
        }

        @Test
        void chunksOfAnySizeAreTaken() throws IOException {
            String body = withImages(30_000);
            var random = new Random(3);
            for (int round = 0; round < 5; round++) {
                client.write("POST", RUN, "Transfer-Encoding: chunked", AUTHORIZED);
                var framed = new StringBuilder();
                for (int at = 0; at < body.length(); ) {
                    int size = Math.min(body.length() - at, 1 + random.nextInt(1 << 4 * round));
                    framed.append(Integer.toHexString(size))
                            .append("\r\n")
                            .append(body, at, at + size)
                            .append("\r\n");
                    at += size;
                }
                client.write(framed + "0\r\n\r\n");
                assertThat(client.reply().status()).isEqualTo(200);
                assertThat(media.part("end_image_base64")).hasSize(30_000);
                media.clear();
            }
        }

        @Test
        void gzipIsTakenAndOtherEncodingsAreRefused() throws IOException {
            var zipped = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(zipped)) {
                gzip.write(withImages(2_000).getBytes(StandardCharsets.UTF_8));
            }
            client.write(
                    "POST",
                    RUN,
                    "Content-Length: " + zipped.size(),
                    AUTHORIZED,
                    "Content-Encoding: gzip");
            client.out.write(zipped.toByteArray());
            assertThat(client.reply().status()).isEqualTo(200);
            assertThat(media.part("start_image_base64")).hasSize(2_000);
            Reply brotli =
                    client.send("POST", RUN, EMPTY_INPUT, AUTHORIZED, "Content-Encoding: br");
            assertThat(brotli.status()).isEqualTo(400);
            assertThat(brotli.error()).isEqualTo("Content-Encoding: expected gzip, or none");
        }

        @Test
        void badBase64FailsTheJobAtOnce() throws IOException {
            Reply reply = run("{\"input\":{\"start_image_base64\":\"AAAA!\"}}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(jobs.submitted()).isEmpty();
            var rejected = (JobEvent.Rejected) events.all().getFirst();
            assertThat(rejected.error())
                    .isEqualTo("start_image_base64: invalid base64 at character 4: '!'");
            assertThat(rejected.jobId().value()).isEqualTo(reply.json().path("id").textValue());
            assertThat(media.openUploads()).isEqualTo(0);
        }

        @Test
        void withoutKafkaTheClientIsToldToRetry() throws IOException {
            media.setUnavailable(true);
            Reply reply = run(withImages(30_000));
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isNotEmpty();
            media.setUnavailable(false);
            jobs.setUnavailable(true);
            assertThat(run(EMPTY_INPUT).status()).isEqualTo(503);
            jobs.setUnavailable(false);
            assertThat(run(EMPTY_INPUT).status()).isEqualTo(200);
        }

        @Test
        void aConnectionCutInAnUploadLeavesNothing() throws Exception {
            String body = withImages(30_000);
            client.write("POST", RUN, "Content-Length: " + body.length(), AUTHORIZED);
            client.write(body.substring(0, 60_000));
            eventually(() -> media.openUploads() == 1);
            client.close();
            eventually(() -> media.openUploads() == 0);
            assertThat(jobs.submitted()).isEmpty();
            assertThat(events.all()).isEmpty();
        }

        @Test
        void aBodyThatEndsEarlyIsAnswered() throws IOException {
            client.write("POST", RUN, "Content-Length: 1000", AUTHORIZED);
            client.write("{\"input\":{\"start_image_base64\":\"AAAA");
            client.socket.shutdownOutput();
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo("the body ended early, after 36 of 1000 bytes");
            assertThat(media.openUploads()).isEqualTo(0);
        }

        @Test
        void aStalledBodyIsAnsweredWhileOthersAreServed() throws IOException {
            restart(config(sink, true, Duration.ofSeconds(3), Duration.ZERO));
            client.write("POST", RUN, "Content-Length: 1000", AUTHORIZED);
            client.write("{\"input\":{\"start_image_base64\":\"AAAA");
            try (var other = new RawClient(gateway.port())) {
                assertThat(other.send("POST", RUN, EMPTY_INPUT, AUTHORIZED).status())
                        .isEqualTo(200);
            }
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error()).isEqualTo("the body stalled");
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Nested
    final class Asking {

        @Test
        void runsyncPassesTheSinksAnswerOn() throws IOException {
            Reply reply = client.send("POST", RUNSYNC, EMPTY_INPUT, AUTHORIZED);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("status").textValue()).isEqualTo("COMPLETED");
            String id = jobs.submitted().getFirst().id().value();
            assertThat(id).matches("sync-[0-9a-f-]{36}-[a-z0-9]+");
            assertThat(reply.header("X-Heritage-Job-Id")).isEqualTo(id);
            assertThat(sink.asked.getFirst())
                    .matches(
                            "GET /v1/jobs/" + id + "\\?endpoint=interpolate&owner=alice&wait=\\d+");
        }

        @ParameterizedTest
        @CsvSource({
            "0, 1000",
            "abc, 90000",
            "999999, 300000",
            "5000, 5000",
            "-1, 1000",
            "'', 90000"
        })
        void theWaitIsClampedAndNonNumbersIgnored(String wait, int millis) throws IOException {
            for (String path : List.of("/runsync", "/status-sync/job-1")) {
                sink.asked.clear();
                long sent = System.nanoTime();
                Reply reply =
                        client.send(
                                "POST",
                                "/v2/interpolate" + path + "?wait=" + wait,
                                EMPTY_INPUT,
                                AUTHORIZED);
                assertThat(reply.status()).isEqualTo(200);
                String asked = sink.asked.getFirst();
                assertIsLeftOf(millis, sent, asked.substring(asked.lastIndexOf('=') + 1));
            }
        }

        /** What the sink was asked for is the wait without the time that the request took. */
        private static void assertIsLeftOf(int millis, long sentNanos, String left) {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sentNanos) + 1;
            assertThat(Long.parseLong(left)).isBetween(Math.max(0, millis - took), (long) millis);
        }

        /** What is left of it is for the sink. */
        @Test
        void theWaitIncludesTheTimeThatKafkaTakes() throws IOException {
            client.close();
            gateway.close();
            gateway =
                    start(
                            true,
                            job -> {
                                Awaitility.await()
                                        .pollDelay(Duration.ofMillis(1500))
                                        .until(() -> true);
                                jobs.submit(job);
                            });
            client = connect();
            client.send("POST", RUNSYNC + "?wait=5000", EMPTY_INPUT, AUTHORIZED);
            String asked = sink.asked.getFirst();
            assertThat(Integer.parseInt(asked.substring(asked.lastIndexOf('=') + 1)))
                    .isLessThanOrEqualTo(3500);
        }

        @ParameterizedTest
        @CsvSource({
            "GET, status/abc-1, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
            "POST, status/abc-1, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
            "GET, status/abc-1?ttl=6000, GET"
                    + " /v1/jobs/abc-1?endpoint=interpolate&owner=alice&ttl=6000",
            "GET, status/abc-1?ttl=x, GET /v1/jobs/abc-1?endpoint=interpolate&owner=alice",
            "POST, cancel/abc-1, POST /v1/jobs/abc-1/cancel?endpoint=interpolate&owner=alice&wait=8000",
            "POST, retry/abc-1, POST /v1/jobs/abc-1/retry?endpoint=interpolate&owner=alice&wait=8000",
            "POST, purge-queue, POST /v1/endpoints/interpolate/purge?owner=alice",
            "GET, requests, GET /v1/endpoints/interpolate/requests?owner=alice",
            "GET, requests?status=FAILED&limt=7, GET"
                    + " /v1/endpoints/interpolate/requests?owner=alice&status=FAILED",
            "GET, requests/abc-1, GET"
                    + " /v1/jobs/abc-1/details?endpoint=interpolate&owner=alice&wait=3000",
            "GET, events, GET /v1/endpoints/interpolate/events?owner=alice",
            "GET, events/abc-1, GET /v1/jobs/abc-1/events?endpoint=interpolate&owner=alice",
            "POST, webhook/abc-1, POST /v1/jobs/abc-1/webhook?endpoint=interpolate&owner=alice&wait=8000",
            "GET, output/abc-1, GET /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice",
            "GET, output/abc-1/7, GET"
                    + " /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice&file=7",
            "GET, input/abc-1/2, GET"
                    + " /v1/jobs/abc-1/input?endpoint=interpolate&owner=alice&file=2",
            "GET, output/abc-1/0/frame/57?max=64, GET"
                    + " /v1/jobs/abc-1/output?endpoint=interpolate&owner=alice&file=0&frame=57&max=64&wait=26000",
            "GET, models, GET /v1/endpoints/interpolate/models",
            "GET, health, GET /v1/endpoints/interpolate/health",
        })
        void operationsAreAskedOfTheSink(String method, String path, String asked)
                throws IOException {
            Reply reply =
                    client.send(
                            method,
                            "/v2/interpolate/" + path,
                            "",
                            AUTHORIZED,
                            "Content-Type: application/json");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(sink.asked).containsExactly(asked);
        }

        @ParameterizedTest
        @CsvSource({
            "GET, '', 5000, ''", // half of what RunPod's Python SDK waits for an answer
            "POST, '', 5000, ''",
            "POST, ?wait=90000, 90000, ''",
            "GET, ?wait=7, 1000, ''",
            "GET, ?from=12&wait=2000, 2000, &from=12",
        })
        void streamsAreAskedOfTheSink(String method, String query, int millis, String from)
                throws IOException {
            String path = "/v2/interpolate/stream/abc-1" + query;
            String json = "Content-Type: application/json";
            long sent = System.nanoTime();
            assertThat(client.send(method, path, "", AUTHORIZED, json).status()).isEqualTo(200);
            String[] asked = sink.asked.getFirst().split("&wait=", 2);
            assertThat(asked[0])
                    .isEqualTo("GET /v1/jobs/abc-1/stream?endpoint=interpolate&owner=alice" + from);
            assertIsLeftOf(millis, sent, asked[1]);
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "-1", "1.5", "", "99999999999"})
        void partsFromWhereIsNotGuessed(String from) throws IOException {
            Reply reply =
                    client.send("GET", "/v2/interpolate/stream/a?from=" + from, "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error())
                    .isEqualTo("from: expected a number of parts, 0 or more, found '" + from + "'");
            assertThat(sink.asked).isEmpty();
        }

        @Test
        void errorsOfTheSinkArePassedOn() throws IOException {
            sink.answer =
                    exchange -> {
                        exchange.getResponseHeaders().add("Retry-After", "1");
                        FakeSink.reply(
                                exchange, 503, "{\"error\":\"starting\",\"detail\":\"starting\"}");
                    };
            Reply reply = client.send("GET", "/v2/interpolate/health", "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("Retry-After")).isEqualTo("1");
            assertThat(reply.error()).isEqualTo("starting");
        }

        /** Parts are replaced one by one: the next sink is there within seconds. */
        @Test
        void aPollWaitsForTheSinkThatWillHaveTheJob() throws IOException {
            FakeSink.Answer usual = sink.answer;
            sink.answer =
                    exchange -> {
                        if (sink.asked.size() < 3) {
                            FakeSink.reply(exchange, 503, "{\"error\":\"the store is moved\"}");
                        } else {
                            usual.to(exchange);
                        }
                    };
            Reply reply = client.send("GET", "/v2/interpolate/status/abc-1", "", AUTHORIZED);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(sink.asked).hasSize(3);
        }

        /** What the sink could not say may have been done: it is not done again. */
        @ParameterizedTest
        @ValueSource(strings = {"cancel", "retry"})
        void whatChangesAJobIsAskedForOnce(String operation) throws IOException {
            sink.answer =
                    exchange ->
                            FakeSink.reply(
                                    exchange, 503, "{\"error\":\"moved\",\"detail\":\"moved\"}");
            Reply reply =
                    client.send(
                            "POST",
                            "/v2/interpolate/" + operation + "/abc-1",
                            "",
                            AUTHORIZED,
                            "Content-Type: application/json");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(sink.asked).hasSize(1);
        }

        @Test
        void withoutASinkPollsAreToldToRetry() throws IOException {
            sink.goAway();
            for (String path :
                    List.of(
                            "status/a",
                            "health",
                            "status-sync/a?wait=1000",
                            "stream/a?wait=1000")) {
                Reply reply = client.send("GET", "/v2/interpolate/" + path, "", AUTHORIZED);
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.header("Retry-After")).isNotEmpty();
            }
        }

        @Test
        void runsyncOutlivesARestartOfTheSink() throws Exception {
            var asked = new CountDownLatch(1);
            sink.answer =
                    exchange -> {
                        asked.countDown();
                        hang();
                    };
            client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
            client.write(EMPTY_INPUT);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            int port = sink.port();
            sink.close();
            sink = new FakeSink(port);
            assertThat(client.reply().json().path("status").textValue()).isEqualTo("COMPLETED");
        }

        @Test
        void runsyncWithoutASinkStillTellsTheId() throws IOException {
            sink.goAway();
            Reply reply = client.send("POST", RUNSYNC + "?wait=1000", EMPTY_INPUT, AUTHORIZED);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("status").textValue()).isEqualTo("IN_QUEUE");
            assertThat(reply.json().path("id").textValue())
                    .isEqualTo(jobs.submitted().getFirst().id().value());
        }

        @Test
        void aClientThatHangsUpEndsTheWaitButNotTheJob() throws Exception {
            int port = sink.port();
            sink.close();
            try (var silent = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
                client.write(EMPTY_INPUT);
                try (var asked = silent.accept()) {
                    asked.setSoTimeout(60_000);
                    asked.getInputStream().read();
                    client.close();
                    assertThat(asked.getInputStream().readAllBytes()).isNotEmpty();
                }
            }
            assertThat(jobs.submitted()).hasSize(1);
            assertThat(events.all()).isEmpty();
        }

        @Test
        void closingAnswersWaitingCallsWithTheStateOfTheMoment() throws Exception {
            restart(config(sink, true, Duration.ofSeconds(60), Duration.ofSeconds(30)));
            var asked = new CountDownLatch(1);
            sink.answer =
                    exchange -> {
                        if (exchange.getRequestURI().getQuery().contains("wait=")) {
                            asked.countDown();
                            hang();
                        } else {
                            FakeSink.reply(exchange, 200, "{\"status\":\"IN_PROGRESS\"}");
                        }
                    };
            client.write("POST", RUNSYNC, "Content-Length: 12", AUTHORIZED);
            client.write(EMPTY_INPUT);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                var closing = pool.submit(gateway::close);
                assertThat(client.reply().json().path("status").textValue())
                        .isEqualTo("IN_PROGRESS");
                closing.get(60, TimeUnit.SECONDS);
            }
        }

        @Test
        void aFileIsAskedForAndPassedOnWithItsHeaders() throws IOException {
            sink.answer =
                    exchange -> {
                        var headers = exchange.getResponseHeaders();
                        headers.add("Content-Type", "video/mp4");
                        headers.add("Content-Range", "bytes 1-3/9");
                        headers.add("ETag", "\"ab\"");
                        headers.add("Content-Disposition", "inline; filename=\"a.mp4\"");
                        exchange.sendResponseHeaders(206, 3);
                        exchange.getResponseBody().write("abc".getBytes(StandardCharsets.US_ASCII));
                        exchange.close();
                    };
            Reply reply =
                    client.send(
                            "GET",
                            "/v2/interpolate/output/a/0",
                            "",
                            AUTHORIZED,
                            "Range: bytes=1-3");
            assertThat(sink.asked.getFirst()).endsWith("&file=0&range=bytes%3D1-3");
            assertThat(reply.status()).isEqualTo(206);
            assertThat(reply.body()).isEqualTo("abc");
            assertThat(reply.header("Content-Range")).isEqualTo("bytes 1-3/9");
            assertThat(reply.header("ETag")).isEqualTo("\"ab\"");
            assertThat(reply.header("Content-Disposition")).contains("a.mp4");
        }

        @Test
        void aLargeAnswerIsStreamed() throws IOException {
            byte[] large = new byte[3_000_000];
            new Random(2).nextBytes(large);
            for (boolean chunked : List.of(false, true)) {
                sink.answer =
                        exchange -> {
                            exchange.sendResponseHeaders(200, chunked ? 0 : large.length);
                            exchange.getResponseBody().write(large);
                            exchange.close();
                        };
                client.write("GET", "/v2/interpolate/status/a", "Content-Length: 0", AUTHORIZED);
                Reply reply = client.reply();
                assertThat(reply.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(large);
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void anAnswerThatBreaksOffIsCutAndNotEnded(boolean chunked) throws IOException {
            sink.answer =
                    exchange -> {
                        exchange.sendResponseHeaders(200, chunked ? 0 : 1_000_000);
                        exchange.getResponseBody().write(new byte[300_000]);
                        exchange.getResponseBody().flush();
                        throw new IOException("the sink dies");
                    };
            client.write("GET", "/v2/interpolate/status/a", "X-Nothing: 1", AUTHORIZED);
            assertThatThrownBy(() -> client.reply()).isInstanceOf(EOFException.class);
        }

        private void hang() throws IOException {
            try {
                new CountDownLatch(1).await(5, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }
    }

    @Nested
    final class OldAndOddClients {

        @Test
        void aClientOfHttp10IsServedAndItsConnectionClosed() throws IOException {
            client.write(
                    "GET /v2/interpolate/health HTTP/1.0\r\n"
                            + AUTHORIZED
                            + "\r\nHost: backend\r\nConnection: keep-alive\r\n\r\n");
            Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Length")).isNotEmpty();
            assertThat(reply.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(client.atEnd()).isTrue();
        }

        @Test
        void aConnectionIsClosedAfterTheAnswerWhereTheClientAsksForIt() throws IOException {
            Reply refused = client.send("POST", RUN, "[]", AUTHORIZED, "Connection: close");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(client.atEnd()).isTrue();
            for (String body : List.of("", "{\"nobody\":\"reads this\"}".repeat(1000))) {
                try (var another = connect()) {
                    Reply reply =
                            another.send(
                                    "POST",
                                    "/v2/interpolate/cancel/abc-1",
                                    body,
                                    AUTHORIZED,
                                    "Connection: Close");
                    assertThat(reply.status()).isEqualTo(200);
                    assertThat(another.atEnd()).isTrue();
                }
            }
        }

        @Test
        void aBodyOfHttp10IsTakenHoweverItIsCut() throws IOException {
            String body = withImages(30_000);
            String all =
                    "POST %s HTTP/1.0\r\n%s\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(RUN, AUTHORIZED, body.length(), body);
            for (int cut : List.of(5, 30, all.length() - body.length() - 2, all.length() - 100)) {
                try (var old = connect()) {
                    old.write(all.substring(0, cut));
                    old.write(all.substring(cut));
                    assertThat(old.reply().status()).isEqualTo(200);
                    assertThat(old.atEnd()).isTrue();
                }
                assertThat(media.part("end_image_base64")).hasSize(30_000);
                media.clear();
            }
        }

        @Test
        void withoutKeysAClientOfHttp10NeedsNoHost() throws IOException {
            restartWithoutKeys();
            client.write("GET /v2/interpolate/health HTTP/1.0\r\n\r\n");
            assertThat(client.reply().status()).isEqualTo(200);
            try (var foreign = connect()) {
                foreign.write("GET /v2/interpolate/health HTTP/1.0\r\nHost: evil.example\r\n\r\n");
                assertThat(foreign.reply().status()).isEqualTo(403);
            }
        }

        /** A picture of another site's page, of which the browser tells no origin. */
        @Test
        void withoutKeysPagesOfOtherSitesAreRefusedAlsoWithoutAnOrigin() throws IOException {
            restartWithoutKeys();
            Reply foreign = client.send("GET", HEALTH, "", "Sec-Fetch-Site: cross-site");
            assertThat(foreign.status()).isEqualTo(403);
            assertThat(foreign.error()).contains("web pages of other sites");
            assertThat(client.send("GET", HEALTH, "", "Sec-Fetch-Site: same-origin").status())
                    .isEqualTo(200);
        }

        @Test
        void aHostWithAnUnderscoreIsServed() throws IOException {
            restartWithoutKeys();
            Reply foreign = client.send("GET", HEALTH, "", "Host: my_host:8080");
            assertThat(foreign.status()).isEqualTo(403);
            assertThat(foreign.error()).contains("Host 'my_host:8080'").contains("allowed-hosts");
            assertThat(client.send("GET", HEALTH, "", "Host: studio_host:8080").status())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @CsvSource({
            "/v2/interpolate/health, 200",
            "/v2/interpolate/status/a, 200",
            "/v2/interpolate/run, 405",
            "/v2/interpolate/stream/a, 405",
            "/v2/nowhere/health, 404",
        })
        void headIsAnsweredWithoutABody(String path, int status) throws IOException {
            client.write("HEAD", path, "X-Nothing: 1", AUTHORIZED);
            Reply head = client.headReply();
            assertThat(head.status()).isEqualTo(status);
            assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
            assertThat(client.send("GET", "/v2/interpolate/health", "", AUTHORIZED).status())
                    .as("next request of the connection")
                    .isEqualTo(200);
        }

        @Test
        void aBrokenHeadIsAnsweredWithoutABodyToo() throws IOException {
            client.write("HEAD /v2/interpolate/health HTTP/1.1\r\nHost: a b\r\n\r\n");
            assertThat(client.headReply().status()).isEqualTo(400);
            assertThat(client.atEnd()).isTrue();
        }
    }

    @Test
    void idsTellWhenTheyWereMade() throws IOException {
        Instant before = Instant.now();
        run(EMPTY_INPUT);
        assertThat(jobs.submitted().getFirst().id().createdAt().orElseThrow())
                .isBetween(before.minusMillis(1), Instant.now());
    }
}
