package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.queue.QueueSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One broker for all tests of the run, with short locks; a test asks for it as a parameter. */
public final class SharedBroker implements ParameterResolver {
    public static final QueueSettings SHORT_LOCK =
            new QueueSettings(
                    Duration.ofSeconds(3),
                    3,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5));

    private static final String KEY = "broker";

    /** The broker and its folder, until the test run ends. */
    public static final class Running implements AutoCloseable {
        private final Path dir;
        private final EmbeddedBroker broker;

        private Running(Path dir, EmbeddedBroker broker) {
            this.dir = dir;
            this.broker = broker;
        }

        public EmbeddedBroker broker() {
            return broker;
        }

        public KafkaConfig config() {
            return SharedBroker.config(broker);
        }

        public KafkaTransport transport(QueueSettings queue) {
            return KafkaTransport.open(config(), queue, Clock.systemUTC(), new Random());
        }

        /** With the topics of the endpoint. */
        public KafkaTransport transport(EndpointId endpoint) {
            KafkaTransport transport = transport(SHORT_LOCK);
            transport.createTopics(List.of(endpoint));
            return transport;
        }

        @Override
        public void close() throws IOException {
            broker.close();
            TestFolders.delete(dir);
        }
    }

    public static KafkaConfig config(EmbeddedBroker broker) {
        return config(broker, Duration.ofSeconds(20), 64);
    }

    public static KafkaConfig config(EmbeddedBroker broker, Duration uploadTimeout, int uploads) {
        return new KafkaConfig(
                broker.bootstrapServers(),
                Map.of(),
                4,
                4,
                -1,
                Duration.ofHours(1),
                1L << 30,
                uploadTimeout,
                uploads,
                8L << 20);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
                .computeIfAbsent(KEY, _ -> start(), Running.class);
    }

    private static Running start() {
        try {
            Path dir = Files.createTempDirectory("heritage-broker");
            return new Running(dir, EmbeddedBroker.start(dir));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
