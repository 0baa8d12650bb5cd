package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
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
                        d.uploadSecret()),
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
                .hasMessageContaining("'submit', expected some of [run, runsync, status");
    }

    @Test
    void aKeyThatAsksTooOftenIsToldWhenToComeBack() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(send("slow", "GET", "/v2/restore/health", "").status()).isEqualTo(200);
        }
        Reply reply = send("slow", "GET", "/v2/restore/health", "");
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
                .hasMessageContaining("needs a restart to go on without any");
        assertThat(send("new", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(200);
    }
}
