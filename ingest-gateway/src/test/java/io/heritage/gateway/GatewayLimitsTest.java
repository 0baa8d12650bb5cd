package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.RequestRates;
import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.gateway.media.MediaUrls;
import io.heritage.gateway.submit.UnknownFields;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryEventLog;
import io.heritage.transport.memory.MemoryJobs;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What slow, unfinished and many clients can take from others. */
final class GatewayLimitsTest {
    private static final String ALICE = "Authorization: Bearer hk-alice";
    private static final String BOB = "Authorization: Bearer hk-bob";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String RUN = "/v2/interpolate/run";
    private static final String EMPTY_INPUT = "{\"input\":{}}";
    private static final String BEGUN_IMAGE =
            "{\"input\":{\"start_image_base64\":\"" + "aGVyaXRhZ2Uh".repeat(8_000);

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final MemoryMediaStore media = transport.media();
    private final MemoryJobs jobs = transport.jobs();
    private final MemoryEventLog events = transport.events();
    private final FakeSink sink = new FakeSink();
    private final List<RawClient> clients = new ArrayList<>();
    private Gateway gateway = open(GatewayLimits.defaults(), Duration.ofSeconds(60));

    private void start(GatewayLimits limits) {
        start(limits, Duration.ofSeconds(60));
    }

    private void start(GatewayLimits limits, Duration readTimeout) {
        gateway.close();
        gateway = open(limits, readTimeout);
    }

    private Gateway open(GatewayLimits limits, Duration readTimeout) {
        var d = GatewayConfig.defaults();
        return Gateway.start(
                new GatewayConfig(
                        d.host(),
                        0,
                        d.basePath(),
                        sink.uri(),
                        1 << 20,
                        1 << 20,
                        500_000,
                        1 << 20,
                        List.of(
                                ApiKey.ofPlain("alice", "hk-alice"),
                                ApiKey.ofPlain("bob", "hk-bob")),
                        Set.of(),
                        Set.of(),
                        readTimeout,
                        Duration.ZERO,
                        "",
                        limits,
                        MediaUrls.defaults(),
                        RequestRates.defaults(),
                        UnknownFields.IGNORE,
                        GatewayTls.defaults(),
                        d.jobIdSuffix(),
                        d.uploadSecret(),
                        false),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE)),
                media,
                jobs,
                events,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        gateway.close();
        sink.close();
    }

    private RawClient client() throws IOException {
        var client = new RawClient(gateway.port());
        clients.add(client);
        return client;
    }

    /** A client that has sent a part of its body; what it has sent is being read. */
    private RawClient unfinished(String key, String part) throws IOException {
        RawClient client = client();
        client.write("POST", RUN, "Expect: 100-continue\r\nContent-Length: 400000", key);
        if (client.reply().status() == 100) {
            client.write(part);
        }
        return client;
    }

    private Reply run(String key) throws IOException {
        return client().send("POST", RUN, EMPTY_INPUT, key);
    }

    private static GatewayLimits limits(int connections, long memory, int uploads) {
        return new GatewayLimits(
                connections, memory, uploads, Duration.ofMillis(50), 0, Duration.ZERO);
    }

    @Test
    void aBodyThatTricklesIsEndedWithTheReason() throws IOException {
        start(
                new GatewayLimits(10, 0, 1, Duration.ZERO, 1 << 20, Duration.ofMillis(1)),
                Duration.ofSeconds(6));
        RawClient slow = client();
        slow.write("POST", RUN, "Content-Length: 400000", ALICE);
        Reply reply = dripUntilAnswered(slow);
        assertThat(reply.status()).isEqualTo(408);
        assertThat(reply.error()).isEqualTo("the body arrived at less than 1048576 bytes a second");
        assertThat(slow.atEnd()).isTrue();
    }

    private static void drip(RawClient slow) {
        try {
            slow.write(" ");
        } catch (IOException answered) {
            throw new UncheckedIOException(answered); // which ends the dripping
        }
    }

    /** A byte every 2 ms, so that no pause is a long one. */
    private static Reply dripUntilAnswered(RawClient slow) throws IOException {
        var dripping = Executors.newSingleThreadScheduledExecutor();
        dripping.scheduleAtFixedRate(() -> drip(slow), 0, 2, TimeUnit.MILLISECONDS);
        try {
            return slow.reply();
        } finally {
            dripping.shutdownNow();
        }
    }

    @Test
    void headersThatTrickleAreEnded() throws IOException {
        start(limits(10, 0, 1), Duration.ofSeconds(2));
        RawClient slow = client();
        slow.write("POST " + RUN + " HTTP/1.1\r\n");
        assertThat(closes(slow)).isTrue();
        assertThat(run(ALICE).status()).isEqualTo(200);
    }

    @Test
    void unfinishedBodiesTakeNoMoreMemoryThanThereIsAndNotAllOfIt() throws IOException {
        start(limits(100, 8 * BodyMemory.BASE + 10_000, 1));
        for (int i = 0; i < 6; i++) {
            unfinished(ALICE, "{\"input\":");
        }
        awaitBodies(6);
        Reply refused = run(ALICE);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        assertThat(refused.error())
                .contains("of this key already take")
                .contains("send fewer at a time");
        assertThat(run(BOB).status()).as("another key has room left").isEqualTo(200);

        unfinished(BOB, "{\"input\":");
        unfinished(BOB, "{\"input\":");
        awaitBodies(8);
        Reply full = run(BOB);
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.error()).startsWith("request bodies take all of the");

        clients.getFirst().close();
        awaitStatus(BOB, 200);
    }

    @Test
    void uploadsOfOneKeyLeaveTurnsToOthers() throws IOException {
        start(limits(100, 0, 4));
        for (int i = 0; i < 3; i++) {
            unfinished(ALICE, BEGUN_IMAGE);
        }
        awaitUploads(3);
        Reply refused = upload(ALICE);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.error()).startsWith("3 uploads of this key are under way");
        assertThat(upload(BOB).status()).isEqualTo(200);
        assertThat(run(ALICE).status()).as("requests without media wait for nobody").isEqualTo(200);

        unfinished(BOB, BEGUN_IMAGE);
        awaitUploads(4);
        Reply full = upload(BOB);
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.error()).startsWith("4 uploads are under way, the limit of this gateway");
    }

    private Reply upload(String key) throws IOException {
        return client().send("POST", RUN, BEGUN_IMAGE + "\",\"end_image_base64\":\"\"}}", key);
    }

    /** A server that has asked for a body has not begun to read it yet. */
    private void awaitBodies(int count) {
        await().atMost(SOON).until(() -> gateway.bodyMemoryUsed() >= count * BodyMemory.BASE);
    }

    private void awaitUploads(int count) {
        await().atMost(SOON).until(() -> media.openUploads() == count);
    }

    private void awaitStatus(String key, int status) {
        await().atMost(SOON).until(() -> run(key).status() == status);
    }

    @Test
    void aNewConnectionClosesTheOneThatIsIdleForLongest() throws IOException {
        start(limits(3, 0, 1));
        RawClient oldest = idleAfterARequest(1);
        idleAfterARequest(2);
        RawClient third = idleAfterARequest(3);

        assertThat(run(ALICE).status()).isEqualTo(200);
        assertThat(closes(oldest)).isTrue();
        assertThat(third.send("POST", RUN, EMPTY_INPUT, ALICE).status()).isEqualTo(200);
    }

    private RawClient idleAfterARequest(int idle) throws IOException {
        RawClient client = client();
        assertThat(client.send("POST", RUN, EMPTY_INPUT, ALICE).status()).isEqualTo(200);
        await().atMost(SOON).until(() -> gateway.idleConnections() == idle);
        return client;
    }

    @Test
    void whereAllConnectionsAreInUseANewOneIsRefused() throws IOException {
        start(limits(2, 0, 1));
        unfinished(ALICE, "{");
        unfinished(ALICE, "{");
        RawClient refused = client();
        Reply reply = refused.reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.error()).isEqualTo("too many connections are open and in use; try again");
        assertThat(closes(refused)).isTrue();
    }

    private static boolean closes(RawClient client) throws IOException {
        try {
            return client.atEnd();
        } catch (EOFException | SocketException reset) {
            return true;
        }
    }

    @Test
    void allProblemsOfLimitsAreSaidTogether() {
        assertThatThrownBy(() ->
                        new GatewayLimits(
                                -1, 5, 0, Duration.ofSeconds(-1), -1, Duration.ofSeconds(-1)))
                .hasMessageContaining("connections: expected 0 (by the heap) or more, found -1")
                .hasMessageContaining("body-memory-bytes")
                .hasMessageContaining("uploads")
                .hasMessageContaining("upload-patience")
                .hasMessageContaining("min-body-bytes-per-second")
                .hasMessageContaining("body-grace");
    }
}
