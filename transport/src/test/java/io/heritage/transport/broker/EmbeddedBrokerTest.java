package io.heritage.transport.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.QueueSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final EndpointId ENDPOINT = new EndpointId("restart");
    private static final byte[] BODY = "the body".getBytes(StandardCharsets.UTF_8);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path dir;

    /** Killed once, stopped once; each start takes other ports. */
    @Test
    void jobsAndMediaOutliveAKilledBrokerAndARestart() throws Exception {
        Process process = startProcess();
        Job job = TestJobs.job(ENDPOINT);
        MediaRef ref;
        try (var transport = transport(awaitReady(process), PATIENCE)) {
            transport.createTopics(List.of(ENDPOINT));
            ref = write(transport);
            transport.jobs().submit(job);
            assertThatThrownBy(() -> EmbeddedBroker.start(dir))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another broker");
        } finally {
            assertThat(process.destroyForcibly().waitFor(2, TimeUnit.MINUTES)).isTrue();
        }
        EmbeddedBroker.start(dir).close();
        try (var broker = EmbeddedBroker.start(dir);
                var transport = transport(broker.bootstrapServers(), PATIENCE);
                var in = transport.media().open(ref);
                var queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
            assertThat(in.readAllBytes()).isEqualTo(BODY);
            ClaimedJob claimed = queue.take(PATIENCE).orElseThrow();
            assertThat(claimed.job()).isEqualTo(job);
            claimed.finish();
        }
    }

    @Test
    void aDurableBrokerFlushesBeforeItAcknowledges() throws Exception {
        try (var broker = EmbeddedBroker.start(dir, true);
                var transport = transport(broker.bootstrapServers(), PATIENCE)) {
            var self = new ConfigResource(ConfigResource.Type.BROKER, "1");
            var settings =
                    transport
                            .admin()
                            .describeConfigs(List.of(self))
                            .all()
                            .get(2, TimeUnit.MINUTES)
                            .get(self);
            assertThat(Objects.requireNonNull(settings).get("log.flush.interval.messages").value())
                    .isEqualTo("1");
        }
    }

    @Test
    void aPartThatKafkaNoLongerTakesFailsInsteadOfHanging() throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(dir);
        try (var transport = transport(broker.bootstrapServers(), Duration.ofSeconds(6))) {
            transport.createTopics(List.of(ENDPOINT));
            try (MediaUpload upload = transport.media().begin("k")) {
                MediaPart part = upload.part("body", "application/octet-stream");
                broker.close();
                part.write(BODY);
                part.close();

                assertThatThrownBy(part::durable).isInstanceOf(TransportUnavailable.class);
            }
            assertThatThrownBy(() -> transport.jobs().submit(TestJobs.job(ENDPOINT)))
                    .isInstanceOf(TransportUnavailable.class);
        } finally {
            broker.close();
        }
    }

    @Test
    void aTakenPortIsSaid() throws IOException {
        try (var socket =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var config = new EmbeddedBrokerConfig(dir, socket.getLocalPort(), Map.of());

            assertThatThrownBy(() -> EmbeddedBroker.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + socket.getLocalPort());
        }
    }

    private Process startProcess() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedBrokerMain.class.getName(),
                        dir.toString(),
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String awaitReady(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return line.substring("ready ".length());
            }
        }
        throw new AssertionError("the broker's process ended before it was ready");
    }

    private static MediaRef write(KafkaTransport transport) throws IOException {
        try (MediaUpload upload = transport.media().begin("k")) {
            MediaPart part = upload.part("body", "application/octet-stream");
            part.write(BODY);
            part.close();
            return part.durable();
        }
    }

    /**
     * @param patience after which Kafka has not taken what was written
     */
    private static KafkaTransport transport(String bootstrapServers, Duration patience) {
        var config =
                new KafkaConfig(
                        bootstrapServers,
                        Map.of(),
                        2,
                        2,
                        -1,
                        Duration.ofHours(1),
                        1L << 30,
                        patience,
                        4,
                        4L << 20);
        return KafkaTransport.open(
                config, QueueSettings.defaults(), Clock.systemUTC(), new Random());
    }
}
