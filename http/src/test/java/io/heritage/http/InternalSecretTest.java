package io.heritage.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is served at the port of a sink. */
class InternalSecretTest {
    private WebServer server = open(new InternalSecret(""));

    private void start(InternalSecret secret) {
        server.stop();
        server = open(secret);
    }

    private static WebServer open(InternalSecret secret) {
        return WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(routing ->
                        routing.addFilter(secret.filter())
                                .post("/purge", (_, response) -> response.send("purged")))
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private int post(String... headers) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            String head =
                    "POST /purge HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n"
                            + String.join("\r\n", headers)
                            + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            var lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            return Integer.parseInt(lines.readLine().split(" ")[1]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8001, 200",
        "localhost, 200",
        "rebound.example:8001, 403",
        "10.0.0.7, 403",
    })
    void withoutASecretOnlyThisMachineIsServed(String host, int status) throws IOException {
        start(new InternalSecret(""));
        assertThat(post("Host: " + host)).isEqualTo(status);
    }

    @Test
    void webPagesAreNeverServed() throws IOException {
        start(new InternalSecret(""));
        assertThat(post("Host: 127.0.0.1", "Origin: http://127.0.0.1:3000")).isEqualTo(403);
    }

    @Test
    void withASecretOnlyWhoShowsItIsServedFromAnywhere() throws IOException {
        InternalSecret secret = InternalSecret.random(new SecureRandom());
        start(secret);
        assertThat(post("Host: sink", "X-Heritage-Internal: " + secret.value())).isEqualTo(200);
        assertThat(post("Host: sink", "X-Heritage-Internal: " + secret.value() + "a"))
                .isEqualTo(403);
        assertThat(post("Host: 127.0.0.1")).isEqualTo(403);
        assertThat(
                        post(
                                "Host: sink",
                                "Origin: https://page.example",
                                "X-Heritage-Internal: " + secret.value()))
                .isEqualTo(403);
    }

    @Test
    void aRequestOfAGatewayShowsTheSecret() throws Exception {
        InternalSecret secret = InternalSecret.random(new SecureRandom());
        start(secret);
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + server.port() + "/purge"))
                            .POST(HttpRequest.BodyPublishers.noBody());
            assertThat(
                            client.send(secret.addTo(request).build(), BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theSecretIsNotShownInText() throws IOException {
        InternalSecret secret = InternalSecret.random(new SecureRandom());
        start(secret);
        assertThat(secret.toString()).doesNotContain(secret.value());
        assertThat(secret.value()).hasSize(43);
    }
}
