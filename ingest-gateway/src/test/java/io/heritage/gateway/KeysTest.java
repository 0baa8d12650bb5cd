package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.Batch;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that may do less than all, are limited, and change while the gateway runs. */
final class KeysTest {
    private static final String EMPTY_INPUT = "{\"input\":{}}";
    private static final String RUN = "/v2/interpolate/run";

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private Gateway gateway = start(RequestRates.defaults());

    private static ApiKey key(
            String name,
            String owner,
            Set<String> endpoints,
            Set<String> operations,
            @Nullable Integer most) {
        return new ApiKey(
                name,
                ApiKey.ofPlain(name, "hk-" + name).sha256(),
                owner,
                endpoints,
                operations,
                most);
    }

    private Gateway start(RequestRates rates) {
        var d = GatewayTest.config(sink, true);
        return Gateway.start(
                new GatewayConfig(
                        d.host(),
                        0,
                        d.basePath(),
                        d.sink(),
                        d.maxRunBytes(),
                        d.maxRunSyncBytes(),
                        d.maxJsonBytes(),
                        d.maxMediaBytes(),
                        List.of(
                                key("laptop", "alice", Set.of(), Set.of(), null),
                                key("server", "alice", Set.of(), Set.of(), null),
                                key("reader", "alice", Set.of(), Set.of("status", "health"), null),
                                key("restorer", "bob", Set.of("restore"), Set.of(), null),
                                key("operator", "root", Set.of("restore"), Set.of("*"), null),
                                key("slow", "carol", Set.of(), Set.of(), 3)),
                        Set.of(),
                        Set.of(),
                        d.readTimeout(),
                        Duration.ZERO,
                        d.sinkSecret(),
                        d.limits(),
                        d.mediaUrls(),
                        rates,
                        d.unknownFields(),
                        d.tls(),
                        d.jobIdSuffix(),
                        d.uploadSecret(),
                        false),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
    }

    private Reply send(String key, String method, String path, String body) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send(method, path, body, "Authorization: Bearer hk-" + key);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    @Test
    void jobsBelongToTheOwnerOfTheKey() throws IOException {
        send("laptop", "POST", RUN, EMPTY_INPUT);
        send("server", "POST", RUN, EMPTY_INPUT);
        assertThat(transport.jobs().submitted()).extracting("owner").containsOnly("alice");
        send("reader", "GET", "/v2/interpolate/status/x", "");
        assertThat(sink.asked.getLast()).contains("owner=alice");
    }

    /** The log of events is not followed here, so every job waits for the sink. */
    @Test
    void whereOwnersShareLanesTheWeightOfTheirKeysGoesWithTheirJobs() throws IOException {
        transport.jobs().setLanesShared(true);
        gateway.useKeys(
                List.of(
                        new ApiKey(
                                "laptop",
                                ApiKey.ofPlain("laptop", "hk-laptop").sha256(),
                                "alice",
                                Set.of(),
                                Set.of(),
                                null,
                                3),
                        key("server", "bob", Set.of(), Set.of(), null)));
        send("laptop", "POST", RUN, EMPTY_INPUT);
        send("server", "POST", RUN, EMPTY_INPUT);
        assertThat(transport.jobs().waiting())
                .extracting("owner", "weight")
                .containsExactly(tuple("alice", 3), tuple("bob", null));
        send("laptop", "POST", "/v2/interpolate/batch", "{\"inputs\":[{},{}]}");
        assertThat(transport.events().all().getLast())
                .isInstanceOfSatisfying(
                        JobEvent.Submitted.class,
                        batch -> {
                            assertThat(batch.job().weight()).isEqualTo(3);
                            assertThat(Batch.member(batch.job(), 1).weight()).isEqualTo(3);
                        });
    }

    @Test
    void aKeyMayBeForSomeOperationsOrEndpointsOnly() throws IOException {
        Reply reply = send("reader", "POST", RUN, EMPTY_INPUT);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.error()).isEqualTo("this key may not use run");
        assertThat(send("reader", "GET", "/v2/interpolate/health", "").status()).isEqualTo(200);
        assertThat(send("restorer", "POST", RUN, EMPTY_INPUT).error())
                .isEqualTo("this key may not use the endpoint interpolate");
        assertThat(send("restorer", "POST", "/v2/restore/run", EMPTY_INPUT).status())
                .isEqualTo(200);
        assertThatThrownBy(() -> key("x", "alice", Set.of(), Set.of("submit"), null))
                .hasMessageContaining("'submit', expected some of [run, runsync, batch, status");
    }

    @Test
    void theConsoleIsThereWithoutAKeyButTheListOfEndpointsIsNot() throws IOException {
        try (var client = new RawClient(gateway.port())) {
            Reply page = client.send("GET", "/", "");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body())
                    .contains("<title>Heritage</title>")
                    .doesNotContain("interpolate");
            assertThat(client.send("GET", EndpointList.PATH, "").status()).isEqualTo(401);
        }
        assertThat(send("restorer", "GET", EndpointList.PATH, "").json().path("endpoints"))
                .extracting(endpoint -> endpoint.path("id").textValue())
                .containsExactly("restore");
        assertThat(send("laptop", "GET", EndpointList.PATH, "").json().path("endpoints"))
                .hasSize(2);
    }

    @Test
    void onlyAKeyThatNamesItPausesEndpointsAndDrainsWorkers() throws IOException {
        for (String path : List.of("pause", "resume", "workers/gpu-1/drain")) {
            Reply refused = send("laptop", "POST", "/v2/restore/" + path, "");
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.error()).contains("name it, or \"*\", in the key's operations");
            assertThat(send("operator", "POST", "/v2/restore/" + path, "").status()).isEqualTo(200);
        }
        assertThat(sink.asked)
                .containsExactly(
                        "POST /v1/endpoints/restore/pause?owner=root",
                        "POST /v1/endpoints/restore/resume?owner=root",
                        "POST /v1/endpoints/restore/workers/gpu-1/drain?owner=root&only=restore");
        assertThat(send("laptop", "GET", "/v2/restore/workers", "").status()).isEqualTo(200);
        assertThat(sink.asked.getLast()).isEqualTo("GET /v1/endpoints/restore/workers?owner=alice");
        assertThat(send("laptop", "POST", "/v2/restore/workers", "").status()).isEqualTo(405);
        assertThat(send("operator", "GET", "/v2/restore/workers/a/drain", "").status())
                .isEqualTo(405);
        assertThat(send("operator", "POST", "/v2/restore/workers/a/kill", "").status())
                .isEqualTo(404);
    }

    @Test
    void aKeyThatAsksTooOftenIsToldWhenToComeBack() throws IOException {
        long began = System.nanoTime();
        int taken = 0;
        Reply reply = send("slow", "GET", "/v2/restore/health", "");
        while (reply.status() == 200 && taken < 100) {
            taken++;
            reply = send("slow", "GET", "/v2/restore/health", "");
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(taken).isBetween(3, 3 + (int) (0.3 * seconds)); // the bucket fills meanwhile
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.error())
                .isEqualTo("too many requests: this key may send 3 requests in 10 s");
        assertThat(reply.header("Retry-After")).matches("[1-4]");
        assertThat(send("laptop", "GET", "/v2/restore/health", "").status()).isEqualTo(200);
    }

    @Test
    void aBucketFillsUpEvenly() {
        var now = new AtomicLong();
        var d = RequestRates.defaults();
        var limiter =
                new RateLimiter(
                        new RequestRates(
                                10, 0, d.status(), d.cancel(), d.retry(), 1, d.health(), 0, 0),
                        now::get);
        ApiKey key = key("laptop", "alice", Set.of(), Set.of(), null);
        for (int i = 0; i < 10; i++) {
            limiter.count(key, Operation.RUN);
        }
        assertThatThrownBy(() -> limiter.count(key, Operation.RUN))
                .hasMessageContaining("10 run requests in 10 s");
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        limiter.count(key, Operation.RUN);
        assertThatThrownBy(() -> limiter.count(key, Operation.RUN)).isInstanceOf(HttpFailure.class);
        for (int i = 0; i < 1_000; i++) {
            limiter.count(key, Operation.RUNSYNC);
        }
        limiter.count(key, Operation.PURGE_QUEUE);
        assertThatThrownBy(() -> limiter.count(key, Operation.PURGE_QUEUE))
                .isInstanceOfSatisfying(
                        HttpFailure.class,
                        e -> assertThat(e.headers()).containsEntry("Retry-After", "10"));
    }

    @Test
    void aBatchCountsAsItsJobs() {
        var now = new AtomicLong();
        var d = RequestRates.defaults();
        var limiter =
                new RateLimiter(
                        new RequestRates(
                                10, 0, d.status(), d.cancel(), d.retry(), 1, d.health(), 0, 0),
                        now::get);
        ApiKey key = key("laptop", "alice", Set.of(), Set.of(), null);
        limiter.count(key, Operation.BATCH);
        limiter.countMore(key, Operation.BATCH, 7);
        limiter.count(key, Operation.BATCH);
        assertThatThrownBy(() -> limiter.countMore(key, Operation.BATCH, 7))
                .hasMessageContaining("10 jobs by batch in 10 s");
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        limiter.count(key, Operation.BATCH);
        limiter.countMore(key, Operation.BATCH, 29); // more than there ever are
        now.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThatThrownBy(() -> limiter.count(key, Operation.BATCH))
                .isInstanceOf(HttpFailure.class);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        limiter.count(key, Operation.BATCH);
    }

    @Test
    void aBatchThatAQueueHasNoRoomForIsRefused() throws IOException {
        gateway.close();
        var d = RequestRates.defaults();
        gateway =
                start(
                        new RequestRates(
                                d.run(),
                                d.runSync(),
                                d.status(),
                                d.cancel(),
                                d.retry(),
                                d.purgeQueue(),
                                d.health(),
                                d.media(),
                                5));
        sink.answer = exchange -> FakeSink.reply(exchange, 200, "{\"jobs\":{\"inQueue\":2}}");
        String path = "/v2/interpolate/batch";
        Reply never = send("laptop", "POST", path, "{\"inputs\":[{},{},{},{},{},{}]}");
        assertThat(never.status()).isEqualTo(400);
        assertThat(never.error()).contains("a batch of 6 jobs");
        Reply full = send("laptop", "POST", path, "{\"inputs\":[{},{},{},{}]}");
        assertThat(full.status()).isEqualTo(429);
        assertThat(full.error()).contains("2 jobs wait at interpolate");
        assertThat(send("laptop", "POST", path, "{\"inputs\":[{},{},{}]}").status()).isEqualTo(200);
    }

    @Test
    void aFullQueueTakesNoMore() throws IOException {
        gateway.close();
        var d = RequestRates.defaults();
        gateway =
                start(
                        new RequestRates(
                                d.run(),
                                d.runSync(),
                                d.status(),
                                d.cancel(),
                                d.retry(),
                                d.purgeQueue(),
                                d.health(),
                                d.media(),
                                5));
        sink.answer = exchange -> FakeSink.reply(exchange, 200, "{\"jobs\":{\"inQueue\":5}}");
        Reply full = send("laptop", "POST", RUN, EMPTY_INPUT);
        assertThat(full.status()).isEqualTo(429);
        assertThat(full.error()).contains("5 jobs wait at interpolate");
        assertThat(full.header("Retry-After")).isNotEmpty();
        sink.answer = exchange -> FakeSink.reply(exchange, 200, "{\"jobs\":{\"inQueue\":4}}");
        assertThat(send("laptop", "POST", "/v2/restore/run", EMPTY_INPUT).status()).isEqualTo(200);
    }

    @Test
    void keysAreReplacedWhileTheGatewayRuns() throws IOException {
        gateway.useKeys(List.of(key("new", "alice", Set.of(), Set.of(), null)));
        assertThat(send("laptop", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(401);
        assertThat(send("new", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(200);
        assertThat(transport.jobs().submitted().getLast().owner()).isEqualTo("alice");
        ApiKey twice = key("new", "alice", Set.of(), Set.of(), null);
        assertThatThrownBy(() -> gateway.useKeys(List.of(twice, twice)))
                .hasMessageContaining("is used twice");
        assertThatThrownBy(() -> gateway.useKeys(List.of()))
                .hasMessageContaining("needs a restart to run without keys");
        assertThat(send("new", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(200);
    }

    private Reply raw(String method, String path, String... headers) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send(method, path, "", headers);
        }
    }

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
