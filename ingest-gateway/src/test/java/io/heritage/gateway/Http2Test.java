package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.schemas.Wire;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that speak HTTP/2, by ALPN or because they know. */
final class Http2Test extends Http2Fixture {
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
            for (var each : answers) {
                HttpResponse<String> answer = each.get(2, TimeUnit.MINUTES);
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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
                        GatewayFixture.config(sink, true),
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
}
