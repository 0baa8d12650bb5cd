package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedBroker.class)
class RestartingStreamsTest {
    @TempDir Path dir;

    /** The topic that it reads is missing, so each fails soon after its start. */
    private KafkaStreams failing(TestBroker broker) {
        var builder = new StreamsBuilder();
        builder.stream("restarting-streams-test-missing");
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "restarting-streams-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
        return new KafkaStreams(builder.build(), settings);
    }

    @Test
    void aStartThatFailsIsTriedAgain(TestBroker broker) {
        var attempts = new AtomicInteger();
        var started = new AtomicInteger();
        try (var streams =
                new RestartingStreams(
                        () -> {
                            if (attempts.incrementAndGet() == 2) {
                                throw new IllegalStateException("the disk is full");
                            }
                            return failing(broker);
                        },
                        _ -> started.incrementAndGet())) {
            streams.start();

            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> started.get() >= 2);

            assertThat(attempts).hasValueGreaterThanOrEqualTo(3);
        }
    }
}
