package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Operation;
import io.heritage.gateway.call.RateLimiter;
import io.heritage.gateway.call.RequestRates;
import io.heritage.gateway.error.HttpFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often a key may ask, and how full a queue may be. */
final class KeyLimitsTest extends KeysFixture {
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
}
