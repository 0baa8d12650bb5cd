package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OldClientsTest extends GatewayFixture {
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
