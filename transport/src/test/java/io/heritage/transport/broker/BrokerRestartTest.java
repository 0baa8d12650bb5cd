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
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker stops and starts again while a job runs. */
class BrokerRestartTest {
    private static final EndpointId ENDPOINT = new EndpointId("restarted");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration NONE_LEFT = Duration.ofSeconds(6);

    @TempDir Path dir;

    @Test
    void aRunningJobContinuesOrComesOnceMore() throws Exception {
        var config = new EmbeddedBrokerConfig(dir, freePort(), Map.of());
        EmbeddedBroker first = EmbeddedBroker.start(config);
        try (var transport = transport(first.bootstrapServers());
                var queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
            Job job = TestJobs.job(ENDPOINT);
            transport.jobs().submit(job);
            ClaimedJob running = queue.take(PATIENCE).orElseThrow();

            first.close();
            try (var second = EmbeddedBroker.start(config)) {
                assertThat(second.bootstrapServers()).isEqualTo(first.bootstrapServers());
                running.finish();

                Optional<ClaimedJob> again = queue.take(NONE_LEFT);
                again.ifPresent(claimed -> finish(claimed, job));
                assertThat(queue.take(NONE_LEFT)).isEmpty();

                Job next = TestJobs.job(ENDPOINT);
                transport.jobs().submit(next);
                finish(queue.take(PATIENCE).orElseThrow(), next);
            }
        } finally {
            first.close();
        }
    }

    private static void finish(ClaimedJob claimed, Job expected) {
        assertThat(claimed.job().id()).isEqualTo(expected.id());
        claimed.finish();
    }

    private static KafkaTransport transport(String bootstrapServers) {
        KafkaTransport transport =
                KafkaTransport.open(
                        TestBroker.config(bootstrapServers),
                        SharedBroker.SHORT_LOCK,
                        Clock.systemUTC(),
                        new Random());
        transport.createTopics(List.of(ENDPOINT));
        return transport;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
