package io.heritage.sink.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a broker: a thread that looks for one fails as well as any other. */
class RestartingStreamsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir Path folder;
    private final AtomicInteger made = new AtomicInteger();
    private final LinkedBlockingQueue<KafkaStreams> started = new LinkedBlockingQueue<>();

    private KafkaStreams made(int port) {
        var topology = new StreamsBuilder();
        topology.stream("topic").foreach((_, _) -> {});
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "restarting");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + port);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        return new KafkaStreams(topology.build(), settings);
    }

    private KafkaStreams next() throws InterruptedException {
        return Objects.requireNonNull(started.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private static void fail(KafkaStreams streams) {
        String name = streams.metadataForLocalThreads().iterator().next().threadName();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .forEach(Thread::interrupt);
    }

    /** The fault: once was all it was tried, and the sink answered 503 from then on. */
    @Test
    void whatCannotBeStartedAnewAtOnceIsTriedAgain() throws Exception {
        try (var nobody = new Socket()) { // bound, and does not listen
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var streams =
                    new RestartingStreams(
                            () -> {
                                if (made.incrementAndGet() == 2) {
                                    throw new IllegalStateException("its state is still held");
                                }
                                return made(nobody.getLocalPort());
                            },
                            started::add)) {
                streams.start();
                KafkaStreams first = next();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> first.state() == KafkaStreams.State.REBALANCING);
                fail(first);

                assertThat(next()).isNotSameAs(first);
                assertThat(made).hasValue(3);
                assertThat(first.state()).isEqualTo(KafkaStreams.State.ERROR);
            }
        }
    }
}
