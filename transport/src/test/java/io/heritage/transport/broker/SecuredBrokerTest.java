package io.heritage.transport.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * SASL/PLAIN over TLS: {@code kafka.properties} reach every client, and no secret reaches a log.
 */
class SecuredBrokerTest {
    private static final EndpointId ENDPOINT = new EndpointId("secured");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STORE_PASSWORD = "st0re-s3cret";
    private static final String USER_PASSWORD = "us3r-s3cret";
    private static final String BROKER_PASSWORD = "br0ker-s3cret";
    private static final String PLAIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                    + " password=\"%s\"";

    @TempDir Path dir;

    @Test
    void everyClientReachesABrokerThatAsksForTlsAndAPassword() throws Exception {
        Path keys = makeKeys();
        ListAppender<ILoggingEvent> logged = listen();
        var config = new EmbeddedBrokerConfig(dir.resolve("broker"), 0, brokerSettings(keys));
        try (var broker = EmbeddedBroker.start(config)) {
            try (var transport = KafkaTransport.open(client(broker, keys, USER_PASSWORD))) {
                transport.createTopics(List.of(ENDPOINT));
                assertJobsPass(transport);
                assertMediaPass(transport);
                assertCommandsPass(transport);
            }
            try (var stranger = KafkaTransport.open(client(broker, keys, "wrong"))) {
                assertThatThrownBy(() -> stranger.createTopics(List.of(ENDPOINT)))
                        .isInstanceOf(TransportUnavailable.class);
            }
        }
        root().detachAppender(logged); // nobody writes any more what is read now
        logged.stop();
        for (ILoggingEvent event : logged.list) {
            assertThat(textOf(event))
                    .doesNotContain(STORE_PASSWORD, USER_PASSWORD, BROKER_PASSWORD);
        }
    }

    private static void assertJobsPass(KafkaTransport transport) throws InterruptedException {
        Job job = TestJobs.job(ENDPOINT);
        transport.jobs().submit(job);
        try (JobQueue queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
            ClaimedJob claimed = queue.take(PATIENCE).orElseThrow();
            assertThat(claimed.job().id()).isEqualTo(job.id());
            claimed.finish();
        }
    }

    private static void assertMediaPass(KafkaTransport transport) throws IOException {
        byte[] bytes = new byte[600_000];
        MediaRef ref;
        try (MediaUpload upload = transport.media().begin("k")) {
            MediaPart part = upload.part("body", "application/octet-stream");
            part.write(bytes);
            part.close();
            ref = part.durable();
        }
        try (var in = transport.media().open(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    private static void assertCommandsPass(KafkaTransport transport) throws InterruptedException {
        BlockingQueue<Command> heard = new ArrayBlockingQueue<>(1);
        var cancel =
                new Command.Cancel(
                        TestJobs.job(ENDPOINT).id(), Instant.now().truncatedTo(ChronoUnit.MILLIS));
        try (var subscription = transport.commands().subscribe(Duration.ZERO, heard::add)) {
            assertThat(subscription).isNotNull();
            transport.commands().broadcast(cancel);
            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(cancel);
        }
    }

    private static KafkaConfig client(EmbeddedBroker broker, Path keys, String password) {
        KafkaConfig plain = TestBroker.config(broker.bootstrapServers(), PATIENCE, 4);
        return new KafkaConfig(
                plain.bootstrapServers(),
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        "PLAIN",
                        "sasl.jaas.config",
                        PLAIN.formatted("heritage", password) + ";",
                        "ssl.truststore.location",
                        keys.toString(),
                        "ssl.truststore.password",
                        STORE_PASSWORD),
                plain.mediaPartitions(),
                plain.eventPartitions(),
                plain.replication(),
                plain.mediaRetention(),
                plain.mediaRetentionBytes(),
                plain.uploadTimeout(),
                plain.concurrentUploads(),
                plain.uploadBufferBytes());
    }

    /** The listener keeps its name, PLAINTEXT, and gets another protocol. */
    private static Map<String, String> brokerSettings(Path keys) {
        var settings = new HashMap<String, String>();
        settings.put("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "PLAIN");
        settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        settings.put(
                "listener.name.plaintext.plain.sasl.jaas.config",
                PLAIN.formatted("broker", BROKER_PASSWORD)
                        + " user_broker=\"%s\" user_heritage=\"%s\";"
                                .formatted(BROKER_PASSWORD, USER_PASSWORD));
        settings.put("ssl.keystore.location", keys.toString());
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.key.password", STORE_PASSWORD);
        settings.put("ssl.truststore.location", keys.toString());
        settings.put("ssl.truststore.password", STORE_PASSWORD);
        return settings;
    }

    private Path makeKeys() throws IOException, InterruptedException {
        Path keys = dir.resolve("keys.p12");
        String options =
                "-genkeypair -alias broker -keyalg EC -dname CN=localhost -validity 2 -storetype"
                        + " PKCS12 -ext SAN=IP:127.0.0.1,DNS:localhost";
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-keystore", keys.toString(), "-storepass", STORE_PASSWORD));
        Process keytool =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        return keys;
    }

    private static ListAppender<ILoggingEvent> listen() {
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        root().addAppender(appender);
        return appender;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static String textOf(ILoggingEvent event) {
        return event.getFormattedMessage()
                + event.getKeyValuePairs()
                + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
}
