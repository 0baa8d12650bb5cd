package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a gateway, by the rules of docs/spec/runpod.md. */
final class GatewayTest extends GatewayFixture {
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

    @Test
    void idsTellWhenTheyWereMade() throws IOException {
        Instant before = Instant.now();
        run(EMPTY_INPUT);
        assertThat(jobs.submitted().getFirst().id().createdAt().orElseThrow())
                .isBetween(before.minusMillis(1), Instant.now());
    }
}
