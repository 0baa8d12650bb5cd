package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartingStreamsTest {
    @TempDir private Path stateDir;

    private KafkaStreams streams() {
        var builder = new StreamsBuilder();
        builder.stream("any").to("other");
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "restarted");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new KafkaStreams(builder.build(), settings);
    }

    /** The fault: after the first start that failed, nobody tried again. */
    @Test
    void whatCannotBeStartedAnewIsTriedAgain() {
        var asked = new AtomicInteger();
        var started = new AtomicInteger();
        try (var restarting =
                new RestartingStreams(
                        () -> {
                            int times = asked.incrementAndGet();
                            if (times == 2 || times == 3) {
                                throw new KafkaException("Kafka is away");
                            }
                            return streams();
                        },
                        _ -> started.incrementAndGet())) {
            restarting.start();
            await().atMost(Duration.ofSeconds(20)).until(RestartingStreamsTest::isInterrupted);

            await().atMost(Duration.ofSeconds(60)).until(() -> started.get() == 2);
            assertThat(asked).hasValue(4);
        }
    }

    /** Its thread fails. */
    private static boolean isInterrupted() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("restarted-.*-StreamThread-1") && thread.isAlive()) {
                thread.interrupt();
                return true;
            }
        }
        return false;
    }
}
