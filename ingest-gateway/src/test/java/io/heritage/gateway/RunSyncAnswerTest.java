package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Wire;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers whose head comes first: the early id of a {@code /runsync} job, and streams. */
final class RunSyncAnswerTest {
    private static final String KEY = "hk-correct-horse";

    private final FakeSink sink = new FakeSink();
    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final Gateway gateway =
            Gateway.start(
                    GatewayFixture.config(sink, true),
                    List.of(
                            EndpointConfig.defaults(
                                    new EndpointId("restore"), EndpointKind.RESTORE)),
                    transport.media(),
                    transport.jobs(),
                    transport.events(),
                    Clock.systemUTC());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        sink.close();
    }

    /** Returns with the head. */
    private HttpResponse<InputStream> runSync(String query) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/v2/restore/runsync%s"
                                                .formatted(gateway.port(), query)))
                        .header("Authorization", "Bearer " + KEY)
                        .header("X-Heritage-Early-Id", "1")
                        .timeout(Duration.ofSeconds(20))
                        .POST(BodyPublishers.ofString("{\"input\":{\"action\":\"health\"}}"))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    @Test
    void theIdComesBeforeTheJobEndsToWhoAsksForIt() throws Exception {
        var ended = new CompletableFuture<Void>();
        sink.answer =
                exchange -> {
                    ended.orTimeout(20, TimeUnit.SECONDS).join();
                    FakeSink.reply(exchange, 200, "{\"id\":\"a\",\"status\":\"COMPLETED\"}");
                };
        try {
            HttpResponse<InputStream> head = runSync("");
            assertThat(ended).isNotDone();
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("X-Heritage-Job-Id").orElseThrow())
                    .isEqualTo(transport.jobs().submitted().getFirst().id().value());

            ended.complete(null);
            try (InputStream body = head.body()) {
                assertThat(Wire.json().readTree(body).path("status").textValue())
                        .isEqualTo("COMPLETED");
            }
        } finally {
            ended.complete(null);
        }
    }

    @Test
    void aWaitThatIsOverIsTheStateOfTheMoment() throws Exception {
        sink.close();
        HttpResponse<InputStream> head = runSync("?wait=1000");
        try (InputStream body = head.body()) {
            var state = Wire.json().readTree(body);
            assertThat(state.path("status").textValue()).isEqualTo("IN_QUEUE");
            assertThat(state.path("id").textValue())
                    .isEqualTo(head.headers().firstValue("X-Heritage-Job-Id").orElseThrow());
        }
    }

    /** A 200 that says something else would be taken for the job. */
    @Test
    void whatIsNoStateOfTheJobBreaksTheAnswerOff() throws Exception {
        sink.answer = exchange -> FakeSink.reply(exchange, 500, "{\"error\":\"x\"}");
        HttpResponse<InputStream> head = runSync("?wait=1000");
        assertThat(head.headers().firstValue("X-Heritage-Job-Id")).isPresent();
        try (InputStream body = head.body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsRefusedIsToldByTheStatusAsEver() throws Exception {
        try (var raw = new RawClient(gateway.port())) {
            RawClient.Reply refused =
                    raw.send(
                            "POST",
                            "/v2/restore/runsync",
                            "no json",
                            "Authorization: " + KEY,
                            "X-Heritage-Early-Id: 1");
            assertThat(refused.status()).isEqualTo(400);
        }
    }

    /** A client of HTTP/1.0 cannot read an answer that does not tell its length. */
    @Test
    void aClientOfHttp10GetsHeadAndBodyTogether() throws Exception {
        try (var raw = new RawClient(gateway.port())) {
            raw.write(
                    "POST /v2/restore/runsync?wait=1000 HTTP/1.0\r\nAuthorization: %s\r\nX-Heritage-Early-Id: 1\r\nContent-Length: 12\r\n\r\n{\"input\":{}}"
                            .formatted(KEY));
            RawClient.Reply reply = raw.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Length")).isNotEmpty();
        }
    }

    /** nginx without further settings asks for each answer on a connection of its own. */
    @ParameterizedTest
    @CsvSource({"1.1, Connection: close", "1.0, Accept: */*"})
    void aStreamHasItsEndAlsoIfTheConnectionIsThenClosed(String version, String header)
            throws Exception {
        String event = "data: {\"type\":\"open\"}\n\n";
        sink.answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream out = exchange.getResponseBody()) {
                        for (int i = 0; i < 3; i++) {
                            out.write(event.getBytes(StandardCharsets.UTF_8));
                            out.flush();
                        }
                    }
                };
        try (var raw = new RawClient(gateway.port())) {
            raw.write(
                    "GET /v2/restore/events/job-1 HTTP/%s\r\nHost: 127.0.0.1\r\nAuthorization: %s\r\n%s\r\n\r\n"
                            .formatted(version, KEY, header));
            assertThat(raw.reply().body()).isEqualTo(event.repeat(3));
            assertThat(raw.atEnd()).isTrue();
        }
    }

    @Test
    void anEarlyHeadHasItsBodyAlsoIfTheConnectionIsThenClosed() throws Exception {
        try (var raw = new RawClient(gateway.port())) {
            RawClient.Reply reply =
                    raw.send(
                            "POST",
                            "/v2/restore/runsync?wait=1000",
                            "{\"input\":{}}",
                            "Authorization: " + KEY,
                            "X-Heritage-Early-Id: 1",
                            "Connection: close");
            assertThat(reply.json().path("status").asText()).isEqualTo("COMPLETED");
            assertThat(raw.atEnd()).isTrue();
        }
    }
}
