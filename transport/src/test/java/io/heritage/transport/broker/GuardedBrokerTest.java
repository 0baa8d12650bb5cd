package io.heritage.transport.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.queue.ClaimedJob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Exit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is filled and emptied by word. */
class GuardedBrokerTest {
    private static final EndpointId ENDPOINT = new EndpointId("guarded");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_WHILE = Duration.ofMillis(500);

    @TempDir Path dir;

    private final AtomicLong free = new AtomicLong(1L << 30);
    private final List<String> ends = new CopyOnWriteArrayList<>();

    @Test
    void onAFullDiskItIsStoppedInOrderAndWithRoomItIsBackWithAllItHad() throws Exception {
        try (GuardedBroker broker = start();
                KafkaTransport transport = transport(broker)) {
            transport.createTopics(List.of(ENDPOINT));
            Job job = TestJobs.job(ENDPOINT);
            transport.jobs().submit(job);
            awaitReserve();

            free.set(GuardedBroker.STOP_BELOW - 1);
            await().until(() -> !isReachable(broker));
            await().until(() -> Files.exists(dir.resolve("kafka/.kafka_cleanshutdown")));

            assertThat(reserve()).exists();
            free.set(0);
            await().until(() -> !Files.exists(reserve()));

            free.set(GuardedBroker.START_FROM - 1);
            await().during(A_WHILE).until(() -> !isReachable(broker));

            free.set(GuardedBroker.START_FROM);
            await().until(() -> isReachable(broker));
            try (var queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
                ClaimedJob claimed = queue.take(PATIENCE).orElseThrow();
                assertThat(claimed.job()).isEqualTo(job);
                claimed.finish();
            }
            awaitReserve();
        }
        assertThat(ends).isEmpty();
    }

    @Test
    void whenKafkaCannotGoOnItIsToldInsteadOfEndingTheProcess() throws Exception {
        try (GuardedBroker broker = start()) {
            Exit.halt(1, "all log dirs have failed");

            assertThat(ends)
                    .singleElement()
                    .asString()
                    .contains(dir.toString(), "all log dirs have failed", "start again");
            assertThat(isReachable(broker)).isTrue();
        }
    }

    private GuardedBroker start() throws IOException {
        return GuardedBroker.start(EmbeddedBrokerConfig.in(dir), free::get, ends::add);
    }

    private static KafkaTransport transport(GuardedBroker broker) {
        return KafkaTransport.open(
                TestBroker.config(broker.bootstrapServers()),
                SharedBroker.SHORT_LOCK,
                Clock.systemUTC(),
                new Random());
    }

    private Path reserve() {
        return dir.resolve("reserve");
    }

    private void awaitReserve() {
        await().until(() -> Files.exists(reserve()) && Files.size(reserve()) == DiskReserve.BYTES);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE);
    }

    private static boolean isReachable(GuardedBroker broker) {
        String address = broker.bootstrapServers();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }
}
