package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Wire;
import io.heritage.transport.memory.MemoryTransport;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that speak HTTP/2, by ALPN or because they know, and those that misuse it. */
final class Http2Test {
    private static final String KEY = "hk-correct-horse";
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;
    private final FakeSink sink = new FakeSink();
    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        sink.close();
    }

    private Gateway start(GatewayTls tls, GatewayLimits limits, Duration readTimeout) {
        GatewayConfig d = GatewayTest.config(sink, true);
        Gateway gateway =
                Gateway.start(
                        new GatewayConfig(
                                d.host(),
                                0,
                                d.basePath(),
                                d.sink(),
                                d.maxRunBytes(),
                                d.maxRunSyncBytes(),
                                d.maxJsonBytes(),
                                d.maxMediaBytes(),
                                d.keys(),
                                d.allowedHosts(),
                                d.corsOrigins(),
                                readTimeout,
                                Duration.ZERO,
                                d.sinkSecret(),
                                limits,
                                d.mediaUrls(),
                                d.rates(),
                                d.unknownFields(),
                                tls,
                                d.jobIdSuffix(),
                                d.uploadSecret(),
                                true),
                        List.of(
                                EndpointConfig.defaults(
                                        new EndpointId("restore"), EndpointKind.RESTORE)),
                        transport.media(),
                        transport.jobs(),
                        transport.events(),
                        Clock.systemUTC());
        open.add(gateway);
        return gateway;
    }

    /** With the certificate that was made in the test's folder. */
    private Gateway encrypted(GatewayLimits limits) {
        return start(
                new GatewayTls(
                        folder.resolve("cert.pem").toString(),
                        folder.resolve("key.pem").toString()),
                limits,
                Duration.ofSeconds(60));
    }

    private Gateway plain() {
        return start(GatewayTls.defaults(), GatewayLimits.defaults(), Duration.ofSeconds(60));
    }

    /** Trusts anybody: what is tested is the protocol, not the certificate. */
    private static HttpClient trusting() throws Exception {
        var anybody =
                new X509TrustManager() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public X509Certificate[] getAcceptedIssuers() {
                        return new X509Certificate[0];
                    }
                };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {anybody}, null);
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }

    private static HttpRequest.Builder request(Gateway gateway, String scheme, String path) {
        return HttpRequest.newBuilder(
                        URI.create("%s://localhost:%d%s".formatted(scheme, gateway.port(), path)))
                .header("Authorization", "Bearer " + KEY)
                .timeout(SOON);
    }

    @Test
    void aClientThatOffersItIsServedManyRequestsOnOneConnection() throws Exception {
        var unused = TlsTest.certify(folder, "EC");
        Gateway gateway = encrypted(GatewayLimits.defaults());
        try (HttpClient client = trusting()) {
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 20; i++) {
                answers.add(
                        client.sendAsync(
                                request(gateway, "https", "/v2/restore/run")
                                        .POST(
                                                BodyPublishers.ofString(
                                                        "{\"input\":{\"action\":\"health\"}}"))
                                        .build(),
                                BodyHandlers.ofString()));
            }
            for (var answer : answers) {
                assertThat(answer.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
            }
            HttpResponse<String> refused =
                    client.send(
                            request(gateway, "https", "/v2/restore/run")
                                    .POST(BodyPublishers.ofString("no json"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(Wire.json().readTree(refused.body()).path("error").asText())
                    .contains("JSON");
            byte[] media = new byte[140_000]; // more than a window
            HttpResponse<String> stored =
                    client.send(
                            request(gateway, "https", "/v2/restore/media")
                                    .header("Content-Type", "image/png")
                                    .PUT(BodyPublishers.ofByteArray(media))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(Wire.json().readTree(stored.body()).path("bytes").asInt())
                    .as(stored.body())
                    .isEqualTo(media.length);
            HttpResponse<String> status =
                    client.send(
                            request(gateway, "https", "/v2/restore/status/job-1").GET().build(),
                            BodyHandlers.ofString());
            assertThat(status.body()).isEqualTo("{\"status\":\"COMPLETED\"}");
            Awaitility.await().atMost(SOON).until(() -> gateway.openConnections() < 20);
        }
        assertThat(transport.jobs().submitted()).hasSize(20);
    }

    @Test
    void itIsOffUnlessItIsConfigured() throws Exception {
        Gateway gateway =
                Gateway.start(
                        GatewayTest.config(sink, true),
                        List.of(),
                        transport.media(),
                        transport.jobs(),
                        transport.events(),
                        Clock.systemUTC());
        open.add(gateway);
        try (var client = new Frames(gateway)) {
            assertThat(client.in.readNBytes(8)).isEqualTo("HTTP/1.1".getBytes(US_ASCII));
        }
    }

    @Test
    void whoSpeaksItByPriorKnowledgeAndWhoSpeaksTheOldOneAreBothServed() throws Exception {
        Gateway gateway = plain();
        try (var client = new Frames(gateway)) {
            client.request(1, "GET", "/v2/restore/health", true);
            assertThat(client.statusOf(1)).isEqualTo(200);
            client.request(3, "GET", "/v2/nothing/health", true);
            assertThat(client.statusOf(3)).isEqualTo(404);
        }
        try (var old = new RawClient(gateway.port())) {
            assertThat(
                            old.send(
                                            "GET",
                                            "/v2/restore/health",
                                            "",
                                            "Authorization: Bearer " + KEY)
                                    .status())
                    .isEqualTo(200);
            assertThat(
                            old.send(
                                            "GET",
                                            "/v2/restore/health",
                                            "",
                                            "Authorization: Bearer " + KEY)
                                    .status())
                    .isEqualTo(200);
        }
        try (HttpClient upgrading = HttpClient.newHttpClient()) {
            HttpResponse<String> reply =
                    upgrading.send(
                            request(gateway, "http", "/v2/restore/health").GET().build(),
                            BodyHandlers.ofString());
            assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(reply.statusCode()).isEqualTo(200);
        }
    }

    /** Helidon leaves its threads waiting for the rest of the bodies. */
    @Test
    void bodiesThatBreakOffWithTheConnectionHoldNothing() throws Exception {
        Gateway gateway = plain();
        try (var client = new Frames(gateway)) {
            for (int stream = 1; stream < 20; stream += 2) {
                client.request(stream, "POST", "/v2/restore/run", false);
                client.data(stream, "{\"input\":{\"prompt\":\"", false);
            }
            client.request(21, "POST", "/v2/nothing/run", false);
            client.data(21, "{", false);
            Awaitility.await().atMost(SOON).until(() -> gateway.bodyMemoryUsed() > 9 * 192_000);
        }
        Awaitility.await().atMost(SOON).until(() -> gateway.bodyMemoryUsed() == 0);
        Awaitility.await().atMost(SOON).until(() -> gateway.openConnections() == 0);
        Awaitility.await().atMost(SOON).until(() -> gateway.streams() == 0);
        assertThat(transport.jobs().submitted()).isEmpty();
    }

    @Test
    void aBodyThatTricklesOrStopsEndsItsConnection() throws Exception {
        var limits = new GatewayLimits(10, 0, 1, Duration.ZERO, 1 << 20, Duration.ofMillis(1));
        Gateway gateway = start(GatewayTls.defaults(), limits, Duration.ofSeconds(1));
        try (var client = new Frames(gateway)) {
            client.request(1, "POST", "/v2/restore/run", false);
            client.data(1, "{\"input\":{", false);
            client.awaitEnd();
        }
        try (var client = new Frames(gateway)) {
            client.awaitEnd(); // idle
        }
        Awaitility.await().atMost(SOON).until(() -> gateway.streams() == 0);
        assertThat(gateway.bodyMemoryUsed()).isZero();
    }

    @Test
    void whatIsLeftOfARefusedBodyIsNotWaitedForLong() throws Exception {
        Gateway gateway =
                start(GatewayTls.defaults(), GatewayLimits.defaults(), Duration.ofSeconds(3));
        try (var client = new Frames(gateway)) {
            client.request(1, "POST", "/v2/nothing/run", false);
            assertThat(client.statusOf(1)).isEqualTo(404);
            client.awaitEnd();
        }
        Awaitility.await().atMost(SOON).until(() -> gateway.streams() == 0);
        assertThat(gateway.bodyMemoryUsed()).isZero();
    }

    @Test
    void aWaitLongerThanTheReadTimeoutIsNotCut() throws Exception {
        Gateway gateway =
                start(GatewayTls.defaults(), GatewayLimits.defaults(), Duration.ofSeconds(2));
        var asked = new CompletableFuture<Void>();
        var answer = new CompletableFuture<Void>();
        sink.answer =
                exchange -> {
                    asked.complete(null);
                    answer.orTimeout(120, TimeUnit.SECONDS).join();
                    FakeSink.reply(exchange, 200, "{\"status\":\"COMPLETED\"}");
                };
        try (var client = new Frames(gateway)) {
            client.request(1, "GET", "/v2/restore/status-sync/job-1?wait=60000", true);
            asked.get(60, TimeUnit.SECONDS);
            CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS)
                    .execute(() -> answer.complete(null));
            assertThat(client.statusOf(1)).isEqualTo(200);
        }
    }

    @Test
    void oneConnectionHasABoundedNumberOfRequestsAndOfResets() throws Exception {
        Gateway gateway = plain();
        var release = new CompletableFuture<Void>();
        sink.answer =
                exchange -> {
                    release.orTimeout(120, TimeUnit.SECONDS).join();
                    FakeSink.reply(exchange, 200, "{\"status\":\"COMPLETED\"}");
                };
        try (var client = new Frames(gateway)) {
            for (int stream = 1; stream <= 203; stream += 2) {
                client.request(stream, "GET", "/v2/restore/status-sync/job-1", true);
            }
            client.awaitEnd();
        }
        try (var client = new Frames(gateway)) {
            for (int stream = 1; stream <= 203; stream += 2) {
                client.request(stream, "GET", "/v2/restore/status-sync/job-1", true);
                client.reset(stream);
            }
            client.awaitEnd();
        } finally {
            release.complete(null);
        }
        Awaitility.await().atMost(SOON).until(() -> gateway.streams() == 0);
    }

    /** The client has gone on; its job goes on too, and the others of the connection. */
    @ParameterizedTest
    @CsvSource({
        "GET, status-sync/job-1?wait=300000",
        "GET, stream/job-1?wait=300000",
        "POST, runsync?wait=300000",
    })
    void whoResetsAStreamIsWaitedForNoLonger(String method, String path) throws Exception {
        Gateway gateway = plain();
        var release = new CompletableFuture<Void>();
        hold(release);
        try (var client = new Frames(gateway)) {
            String body = "{\"input\":{\"action\":\"health\"}}";
            boolean hasBody = method.equals("POST");
            for (int stream = 1; stream <= 5; stream += 2) {
                client.request(stream, method, "/v2/restore/" + path, !hasBody);
                if (hasBody) {
                    client.data(stream, body, true);
                }
            }
            Awaitility.await().atMost(SOON).until(() -> gateway.streams() == 3);
            client.reset(1);
            client.reset(5);
            Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> gateway.streams() == 1);
            client.reset(3);
            Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> gateway.streams() == 0);
            client.request(7, "GET", "/v2/restore/health", true);
            assertThat(client.statusOf(7)).isEqualTo(200);
        } finally {
            release.complete(null);
        }
        assertThat(transport.jobs().submitted()).hasSize(method.equals("POST") ? 3 : 0);
    }

    @Test
    void eventsOfAStreamThatIsResetAreReadNoLonger() throws Exception {
        Gateway gateway = plain();
        var cut = new CompletableFuture<Void>();
        sink.answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    try {
                        while (!cut.isDone()) {
                            exchange.getResponseBody().write(":\n\n".getBytes(US_ASCII));
                            exchange.getResponseBody().flush();
                            LockSupport.parkNanos(20_000_000); // slower than its window fills
                        }
                    } catch (IOException nobodyReads) {
                        cut.complete(null);
                    }
                    exchange.close();
                };
        try (var client = new Frames(gateway)) {
            client.request(1, "GET", "/v2/restore/events/job-1", true);
            assertThat(client.statusOf(1)).isEqualTo(200);
            client.reset(1);
            cut.get(2, TimeUnit.SECONDS);
            Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> gateway.streams() == 0);
        } finally {
            cut.complete(null);
        }
    }

    @Test
    void aResetThatComesWithItsRequestIsHeardToo() throws Exception {
        Gateway gateway = plain();
        var release = new CompletableFuture<Void>();
        hold(release);
        try (var client = new Frames(gateway)) {
            client.collect();
            for (int stream = 1; stream < 40; stream += 2) {
                client.request(stream, "GET", "/v2/restore/status-sync/job-1?wait=300000", true);
                client.reset(stream);
            }
            client.request(41, "GET", "/v2/restore/health", true);
            client.sendTogether();
            assertThat(client.statusOf(41)).isEqualTo(200);
            Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> gateway.streams() == 0);
        } finally {
            release.complete(null);
        }
    }

    /** All but {@code /health} is answered late. */
    private void hold(CompletableFuture<Void> release) {
        FakeSink.Answer usual = sink.answer;
        sink.answer =
                exchange -> {
                    if (!exchange.getRequestURI().getPath().endsWith("health")) {
                        release.orTimeout(20, TimeUnit.SECONDS).join();
                    }
                    usual.to(exchange);
                };
    }

    @Test
    void noMoreStreamsAreServedThanConnectionsMayBeOpen() throws Exception {
        var unused = TlsTest.certify(folder, "EC");
        Gateway gateway = encrypted(new GatewayLimits(4, 0, 1, Duration.ZERO, 0, Duration.ZERO));
        var release = new CompletableFuture<Void>();
        hold(release);
        try (HttpClient client = trusting()) {
            assertThat(
                            client.send(
                                            request(gateway, "https", "/v2/restore/health")
                                                    .GET()
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 12; i++) {
                answers.add(
                        client.sendAsync(
                                request(gateway, "https", "/v2/restore/status-sync/a").build(),
                                BodyHandlers.ofString()));
            }
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> answers.stream().filter(CompletableFuture::isDone).count() >= 8);
            release.complete(null);
            var statuses = new ArrayList<Integer>();
            for (var answer : answers) {
                statuses.add(answer.get().statusCode());
                if (answer.get().statusCode() == 503) {
                    assertThat(answer.get().body()).contains("too many requests are under way");
                    assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
                }
            }
            assertThat(statuses).containsOnly(200, 503);
            assertThat(statuses.stream().filter(status -> status == 200).count())
                    .isLessThanOrEqualTo(4);
        } finally {
            release.complete(null);
        }
    }

    /** Nobody reads, so nothing can be sent: the window of HTTP/2 is closed. */
    @Test
    void anAnswerThatIsNotReadEndsWithItsStreamAndTheOthersGoOn() throws Exception {
        Gateway gateway = plain();
        try (var client = new Frames(gateway)) {
            client.closeWindow();
            client.request(1, "GET", "/v2/restore/health", true);
            assertThat(client.statusOf(1)).isEqualTo(200);
            Awaitility.await().during(Duration.ofSeconds(1)).until(() -> gateway.streams() == 1);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> gateway.streams() == 0);
            assertThat(client.hasReset(1)).isTrue();
            client.request(3, "GET", "/v2/restore/health", true);
            assertThat(client.statusOf(3)).isEqualTo(200);
        }
    }

    /** Whatever the server says of it, it neither hangs nor ends the gateway. */
    @Test
    void headersBeyondSixteenKibibytesAreRefused() throws Exception {
        var unused = TlsTest.certify(folder, "EC");
        Gateway gateway = encrypted(GatewayLimits.defaults());
        try (HttpClient client = trusting()) {
            HttpRequest large =
                    request(gateway, "https", "/v2/restore/health")
                            .header("X-Large", "x".repeat(40_000))
                            .build();
            int status;
            try {
                status = client.send(large, BodyHandlers.ofString()).statusCode();
            } catch (IOException refused) {
                assertThat(refused).isNotInstanceOf(HttpTimeoutException.class);
                status = 431;
            }
            assertThat(status).isBetween(400, 499);
        }
        try (HttpClient client = trusting()) {
            assertThat(
                            client.send(
                                            request(gateway, "https", "/v2/restore/health").build(),
                                            BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Each event when it comes, also through TLS, where a server may hold back what is short. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void eventsComeOneByOneThroughTls(HttpClient.Version version) throws Exception {
        var unused = TlsTest.certify(folder, "EC");
        Gateway gateway = encrypted(GatewayLimits.defaults());
        var heard = new CompletableFuture<Void>();
        sink.answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write("data: 1\n\n".getBytes(US_ASCII));
                    exchange.getResponseBody().flush();
                    heard.orTimeout(10, TimeUnit.SECONDS).join();
                    exchange.getResponseBody().write("data: 2\n\n".getBytes(US_ASCII));
                    exchange.close();
                };
        try (HttpClient client = trusting()) {
            HttpResponse<InputStream> events =
                    client.send(
                            request(gateway, "https", "/v2/restore/events")
                                    .version(version)
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertThat(events.version()).isEqualTo(version);
            assertThat(events.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            try (var lines = new BufferedReader(new InputStreamReader(events.body(), UTF_8))) {
                assertThat(lines.readLine()).isEqualTo("data: 1");
                heard.complete(null);
                assertThat(lines.readLine()).isEmpty();
                assertThat(lines.readLine()).isEqualTo("data: 2");
            }
        }
    }

    @Test
    void theIdOfARunsyncComesBeforeItsEndToWhoAsksForIt() throws Exception {
        var unused = TlsTest.certify(folder, "EC");
        Gateway gateway = encrypted(GatewayLimits.defaults());
        var release = new CompletableFuture<Void>();
        hold(release);
        try (HttpClient client = trusting()) {
            HttpResponse<InputStream> head =
                    client.send(
                            request(gateway, "https", "/v2/restore/runsync?wait=1000")
                                    .header("X-Heritage-Early-Id", "1")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    "{\"input\":{\"action\":\"health\"}}"))
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertThat(head.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(head.headers().firstValue("X-Heritage-Job-Id").orElseThrow())
                    .isEqualTo(transport.jobs().submitted().getFirst().id().value());
            assertThat(release).isNotDone();
            release.complete(null);
            try (InputStream body = head.body()) {
                assertThat(Wire.json().readTree(body).path("status").textValue()).isNotEmpty();
            }
        } finally {
            release.complete(null);
        }
    }

    /** As little of HTTP/2 as a test needs: values of header fields are written as literals. */
    private static final class Frames implements AutoCloseable {
        private static final int DATA = 0;
        private static final int HEADERS = 1;
        private static final int RST_STREAM = 3;
        private static final int SETTINGS = 4;
        private static final int GO_AWAY = 7;
        private static final int END_STREAM = 1;
        private static final int END_HEADERS = 4;

        /** Indexes of HPACK's static table; Helidon takes pseudo-headers by them only. */
        private static final int AUTHORITY = 1;

        private static final int METHOD = 2;
        private static final int PATH = 4;
        private static final int SCHEME = 6;
        private static final int AUTHORIZATION = 23;

        /** Index of {@code :status} in HPACK's static table, by status. */
        private static final Map<Integer, Integer> STATUS =
                Map.of(0x88, 200, 0x8c, 400, 0x8d, 404, 0x8e, 500);

        private final Socket socket;
        private final OutputStream out;
        private Optional<ByteArrayOutputStream> collected = Optional.empty();
        final DataInputStream in;

        Frames(Gateway gateway) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout((int) SOON.toMillis());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new DataInputStream(socket.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
        }

        private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            var frame = new ByteArrayOutputStream();
            frame.write(payload.length >> 16);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
            frame.write(type);
            frame.write(flags);
            for (int shift = 24; shift >= 0; shift -= 8) {
                frame.write(stream >> shift);
            }
            frame.writeBytes(payload);
            if (collected.isPresent()) {
                collected.get().writeBytes(frame.toByteArray());
                return;
            }
            try {
                out.write(frame.toByteArray());
                out.flush();
            } catch (IOException ended) {
                if (stream == 0) {
                    throw ended;
                }
            }
        }

        /** For streams that are opened from now on. */
        void closeWindow() throws IOException {
            frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        }

        /** Waits for it, and passes by what else comes. */
        boolean hasReset(int stream) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int of = in.readInt();
                in.readNBytes(length);
                if (type == RST_STREAM && of == stream) {
                    return true;
                }
            }
        }

        /** From now on frames are kept. */
        void collect() {
            collected = Optional.of(new ByteArrayOutputStream());
        }

        void sendTogether() throws IOException {
            out.write(collected.orElseThrow().toByteArray());
            out.flush();
            collected = Optional.empty();
        }

        void request(int stream, String method, String path, boolean last) throws IOException {
            var block = new ByteArrayOutputStream();
            field(block, METHOD, method);
            field(block, SCHEME, "http");
            field(block, PATH, path);
            field(block, AUTHORITY, "localhost");
            block.write(0x0f); // and so many more than 15 is the index of authorization
            field(block, AUTHORIZATION - 15, "Bearer " + KEY);
            frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toByteArray());
        }

        /** Not to be kept in the table, the name by its index. */
        private static void field(ByteArrayOutputStream block, int name, String value) {
            block.write(name);
            assertThat(value.length()).isLessThan(127); // longer ones have longer lengths
            block.write(value.length());
            block.writeBytes(value.getBytes(US_ASCII));
        }

        void data(int stream, String text, boolean last) throws IOException {
            frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(UTF_8));
        }

        void reset(int stream) throws IOException {
            frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        }

        /** Passes by what else comes. */
        int statusOf(int stream) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int of = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == HEADERS && of == stream) {
                    return STATUS.getOrDefault(payload[0] & 0xff, 0);
                }
                assertThat(type)
                        .as("of stream %d: %s", of, HexFormat.of().formatHex(payload))
                        .isNotIn(RST_STREAM, GO_AWAY);
            }
        }

        /** The gateway closes the connection, whatever it says before. */
        void awaitEnd() throws IOException {
            try {
                while (in.read() >= 0) {
                    continue;
                }
            } catch (EOFException | SocketException reset) {
                assertThat(reset).isNotNull(); // as good as an end
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
