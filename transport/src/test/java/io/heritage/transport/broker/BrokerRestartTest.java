package io.heritage.transport.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker stops and starts again while a job runs. */
class BrokerRestartTest {
    private static final EndpointId ENDPOINT = new EndpointId("restarted");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

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
                Job next = TestJobs.job(ENDPOINT);
                transport.jobs().submit(next);

                List<JobId> delivered = finishAll(transport, queue);

                assertThat(delivered).containsOnlyOnce(next.id());
                assertThat(delivered.stream().filter(id -> !id.equals(next.id())))
                        .hasSizeLessThan(2)
                        .allMatch(job.id()::equals);
            }
        } finally {
            first.close();
        }
    }

    /** Takes jobs until the queue is through with all of them. */
    private static List<JobId> finishAll(KafkaTransport transport, JobQueue queue)
            throws InterruptedException {
        var delivered = new ArrayList<JobId>();
        String topic = Topics.jobs(ENDPOINT, Lane.HIGH);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (transport.windows().of(topic).unfinished() > 0) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            queue.take(A_MOMENT)
                    .ifPresent(claimed -> {
                        delivered.add(claimed.job().id());
                        claimed.finish();
                    });
        }
        return delivered;
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

    /**
     * One that nobody is given who asks for any, in Linux' usual setting: it has to be free once
     * more when the broker starts again.
     */
    private static int freePort() throws IOException {
        var random = new Random();
        while (true) {
            int port = random.nextInt(20_000, 32_000);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException _) {
                // taken, so another one
            }
        }
    }
}
