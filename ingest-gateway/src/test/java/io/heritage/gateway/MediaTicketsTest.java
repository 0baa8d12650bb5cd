package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.KeyRing;
import io.heritage.gateway.call.MediaTickets;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Cookies that open media to a page of the same origin. */
final class MediaTicketsTest extends KeysFixture {
    private static String cookieOf(Reply reply) {
        return "Cookie: theme=dark; " + reply.header("Set-Cookie").split(";")[0];
    }

    private static final String FILE = "/v2/restore/output/a-u1/0";

    @Test
    void aTicketOpensMediaAndNothingElse() throws IOException {
        Reply reply = send("laptop", "POST", "/console/ticket", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("expiresIn").asInt()).isEqualTo(600_000);
        assertThat(reply.header("Set-Cookie"))
                .contains("; Path=/v2; Max-Age=600; HttpOnly; SameSite=Strict")
                .doesNotContain("hk-", "Secure");
        String cookie = cookieOf(reply);
        for (String path : List.of(FILE, "/v2/restore/input/a-u1/0/frame/7")) {
            assertThat(raw("GET", path, cookie).status()).as(path).isEqualTo(200);
            assertThat(sink.asked.getLast()).contains("owner=alice");
        }
        for (String path : List.of("status/a-u1", "requests", "health", "events", "workers")) {
            assertThat(raw("GET", "/v2/restore/" + path, cookie).status()).isEqualTo(401);
        }
        assertThat(raw("POST", "/v2/restore/run", cookie).status()).isEqualTo(401);
        assertThat(raw("POST", "/console/ticket", cookie).status()).isEqualTo(401);
        assertThat(raw("POST", "/console/ticket").status()).isEqualTo(401);
        assertThat(raw("GET", FILE, cookie, "Authorization: Bearer wrong").status()).isEqualTo(401);
        assertThat(raw("GET", FILE, cookie.replace("laptop", "server")).status()).isEqualTo(401);
        assertThat(raw("GET", FILE, cookie + "x").status()).isEqualTo(401);
        try (var client = new RawClient(gateway.port())) {
            Reply proxied =
                    client.send(
                            "POST",
                            "/console/ticket",
                            "",
                            "Authorization: Bearer hk-laptop",
                            "X-Forwarded-Proto: https");
            assertThat(proxied.header("Set-Cookie")).endsWith("; Secure");
        }
    }

    @Test
    void whoForgetsTheKeyIsRidOfTheTicketWithoutShowingIt() throws IOException {
        Reply ended = raw("DELETE", "/console/ticket", "Sec-Fetch-Site: same-origin");

        assertThat(ended.status()).isEqualTo(204);
        assertThat(ended.header("Set-Cookie"))
                .isEqualTo("heritage-media=; Path=/v2; Max-Age=0; HttpOnly; SameSite=Strict");
        assertThat(raw("DELETE", "/console/ticket", "Sec-Fetch-Site: cross-site").status())
                .isEqualTo(403);
        assertThat(send("laptop", "GET", "/console/ticket", "").header("Allow"))
                .isEqualTo("POST, DELETE");
    }

    @Test
    void aTicketIsOfNoUseToPagesOfOthers() throws IOException {
        String cookie = cookieOf(send("laptop", "POST", "/console/ticket", ""));
        for (String header :
                List.of(
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Site: same-site",
                        "Origin: http://127.0.0.1:1",
                        "Origin: null")) {
            assertThat(raw("GET", FILE, cookie, header).status()).as(header).isEqualTo(403);
        }
        for (String header :
                List.of(
                        "Sec-Fetch-Site: same-origin",
                        "Sec-Fetch-Site: none",
                        "Origin: http://127.0.0.1")) {
            assertThat(raw("GET", FILE, cookie, header).status()).as(header).isEqualTo(200);
        }
    }

    @Test
    void aTicketHasTheRestrictionsOfItsKeyAndEndsWithIt() throws IOException {
        String restorer = cookieOf(send("restorer", "POST", "/console/ticket", ""));
        assertThat(raw("GET", FILE, restorer).status()).isEqualTo(200);
        assertThat(raw("GET", "/v2/interpolate/output/a-u1/0", restorer).status()).isEqualTo(403);
        String reader = cookieOf(send("reader", "POST", "/console/ticket", ""));
        assertThat(raw("GET", FILE, reader).status()).isEqualTo(403);

        gateway.useKeys(List.of(ApiKey.ofPlain("restorer", "hk-another")));
        assertThat(raw("GET", FILE, restorer).status()).isEqualTo(401);
    }

    @Test
    void everyGatewayOfAnInstallationTakesATicketUntilItsTimeIsOver() {
        var clock = new AtomicLong(1_800_000_000);
        var ring = new KeyRing(List.of(key("laptop", "alice", Set.of(), Set.of(), null)));
        ApiKey key = ring.named("laptop").orElseThrow();
        String ticket = tickets("secret", ring, clock).ticket(key, clock.get() + 600);
        assertThat(tickets("secret", ring, clock).keyOf(ticket)).contains(key);
        assertThat(tickets("other", ring, clock).keyOf(ticket)).isEmpty();
        assertThat(tickets("", ring, clock).keyOf(ticket)).isEmpty();
        clock.addAndGet(600);
        assertThat(tickets("secret", ring, clock).keyOf(ticket)).isEmpty();
    }

    private static MediaTickets tickets(String secret, KeyRing keys, AtomicLong seconds) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(seconds.get()), ZoneOffset.UTC);
        return new MediaTickets(secret, "/v2", false, keys, clock);
    }
}
