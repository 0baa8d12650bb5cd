package io.heritage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final Probes probes = new Probes();
    private final AdminServer server =
            AdminServer.start(
                    new AdminConfig(true, "127.0.0.1", 0),
                    probes,
                    () -> "numbers 1\n",
                    "text/plain; version=0.0.4; charset=utf-8");

    @AfterEach
    void stop() {
        server.close();
    }

    private String get(String path) throws IOException {
        return send(path, "Host: 127.0.0.1:" + server.port());
    }

    private String send(String path, String headers) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                                    .formatted(path, headers)
                                    .getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(30_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The client waits for the end of the connection, which is the end of the answer. */
    @Test
    void aConnectionIsClosedAfterTheAnswerWhereTheClientAsksForIt() throws IOException {
        assertThat(get("/observe/health/live")).contains("200 OK");
        assertThat(get("/no/such/page")).contains("404 ");
        assertThat(send("/observe/health/live", "Host: example.org")).contains("403 ");
    }

    @Test
    void aProcessThatStartsLivesButTakesNoWork() throws IOException {
        assertThat(get("/observe/health/live")).contains("200 OK", "\"status\":\"UP\"");
        assertThat(get("/observe/health/started")).contains("503 ", "\"status\":\"DOWN\"");
        assertThat(get("/observe/health/ready")).contains("503 ");
    }

    @Test
    void aProcessIsReadyOnceAllOfItsPartsAre() throws IOException {
        var sink = new AtomicBoolean();
        probes.ready("sink", sink::get);
        probes.ready("processor", () -> true);
        probes.started();

        assertThat(get("/observe/health/started")).contains("200 OK");
        assertThat(get("/observe/health/ready"))
                .contains("503 ", "{\"name\":\"sink\",\"status\":\"DOWN\"}")
                .contains("{\"name\":\"processor\",\"status\":\"UP\"}");
        sink.set(true);
        assertThat(get("/observe/health/ready")).contains("200 OK");
    }

    @Test
    void aProcessThatStopsIsNotReadyAndLives() throws IOException {
        probes.started();
        probes.stopping();

        assertThat(get("/observe/health/ready")).contains("503 ");
        assertThat(get("/observe/health/live")).contains("200 OK");
        assertThat(get("/observe/health/started")).contains("200 OK");
    }

    @Test
    void aPartThatOnlyANewProcessHelpsIsNotAlive() throws IOException {
        probes.live("processor", () -> false);

        assertThat(get("/observe/health/live"))
                .contains("503 ", "{\"name\":\"processor\",\"status\":\"DOWN\"}");
    }

    @Test
    void metricsAreServedWithTheTypeThatPrometheusReads() throws IOException {
        assertThat(get("/observe/metrics"))
                .contains("200 OK", "text/plain; version=0.0.4", "numbers 1");
    }

    @Test
    void aScalerIsToldNothingUntilASinkCanAnswer() throws IOException {
        assertThat(get("/internal/scaling/restore")).contains("503 ", "no sink has started");

        server.scaling((endpoint, query) ->
                new AdminPage.Reply(200, endpoint + " " + query.apply("max").orElse("none")));

        assertThat(get("/internal/scaling/restore?max=5")).contains("200 OK", "restore 5");
        assertThat(get("/internal/scaling/restore")).contains("restore none");
    }

    @Test
    void aWebPageCannotReadAPortThatIsForThisMachine() throws IOException {
        assertThat(send("/observe/metrics", "Host: rebound.example")).contains("403 ");
        assertThat(send("/observe/metrics", "Host: localhost\r\nOrigin: http://a.example"))
                .contains("403 ");
    }
}
