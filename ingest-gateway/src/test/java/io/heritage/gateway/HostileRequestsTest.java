package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Requests that nobody means well with: none may be answered 5xx, none may hang. For a few seconds
 * and always the same ones; {@code conformance/fuzz --minutes N} sends others for longer.
 */
class HostileRequestsTest {
    private static final long SECONDS = Long.getLong("heritage.fuzz.seconds", 15);
    private static final long SEED = Long.getLong("heritage.fuzz.seed", 1);
    private static final int CLIENTS = 4;

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);

    /** Much longer than the gateway waits for the rest of a request. */
    private static final Duration HANGS_AFTER = Duration.ofSeconds(30);

    /** But 505: a version of HTTP that nobody speaks is no fault of the server. */
    private static final Pattern SERVER_ERROR = Pattern.compile("(?m)^HTTP/1\\.1 5(?!05)\\d\\d");

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final AtomicLong sent = new AtomicLong();

    @Test
    void noRequestIsAnsweredWithAServerErrorOrHangs() throws Exception {
        try (var sink = new FakeSink();
                Gateway gateway = start(sink);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            long deadline = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            List<Future<Void>> all =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(i ->
                                    clients.submit(() -> sendUntil(deadline, SEED + i, gateway)))
                            .toList();
            for (Future<Void> one : all) {
                one.get(SECONDS + 120, TimeUnit.SECONDS);
            }
            System.out.printf(
                    "fuzz: %d requests in %d s, seed %d, no server error, none hung%n",
                    sent.get(), SECONDS, SEED);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> gateway.openConnections() == 0);
            assertThat(sent.get()).isGreaterThan(100);
        }
    }

    private Void sendUntil(long deadline, long seed, Gateway gateway) throws IOException {
        var requests = new HostileRequests(seed);
        while (System.nanoTime() < deadline) {
            byte[] request = requests.next();
            String answer = answer(gateway.port(), request);
            assertThat(SERVER_ERROR.matcher(answer).find())
                    .as("%s%n==>%n%s", HostileRequests.shown(request), answer)
                    .isFalse();
            sent.incrementAndGet();
        }
        return null;
    }

    /** Empty if the gateway closed the connection: a client that hangs up gets no answer. */
    private static String answer(int port, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) HANGS_AFTER.toMillis());
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                return new String(
                        socket.getInputStream().readNBytes(1 << 20), StandardCharsets.ISO_8859_1);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("hangs: " + HostileRequests.shown(request), e);
            } catch (SocketException cut) {
                return "";
            }
        }
    }

    private Gateway start(FakeSink sink) {
        return Gateway.start(
                GatewayFixture.config(sink, false, READ_TIMEOUT, Duration.ofSeconds(2)),
                List.of(
                        EndpointConfig.defaults(
                                new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                transport.media(),
                this::completeAtOnce,
                transport.events(),
                Clock.systemUTC());
    }

    private void completeAtOnce(Job job) {
        transport
                .events()
                .append(
                        new JobEvent.Completed(
                                job.id(),
                                Clock.systemUTC().instant(),
                                1,
                                new WorkerId("worker"),
                                Payload.ofJson(JsonNodeFactory.instance.objectNode())));
    }
}
