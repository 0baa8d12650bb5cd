package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.limit.GatewayLimits;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of HTTP/2 that break off, stall or ask for too much. */
final class Http2BoundsTest extends Http2Fixture {
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
            for (var each : answers) {
                HttpResponse<String> answer = each.get(2, TimeUnit.MINUTES);
                statuses.add(answer.statusCode());
                if (answer.statusCode() == 503) {
                    assertThat(answer.body()).contains("too many requests are under way");
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
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
}
