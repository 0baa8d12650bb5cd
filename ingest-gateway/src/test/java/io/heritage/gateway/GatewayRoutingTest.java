package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which request goes where, by the rules of docs/spec/runpod.md. */
final class GatewayRoutingTest extends GatewayFixture {
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
        "/v2/interpolate/status/a?wait=^, the query has a character at 5 that must be" + " percent-"
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
        assertThat(client.send("POST", "/v2//interpolate//run", EMPTY_INPUT, AUTHORIZED).status())
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
        Reply queued = client.send("POST", RUN, EMPTY_INPUT, AUTHORIZED, "Accept-Encoding: gzip");
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
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
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
