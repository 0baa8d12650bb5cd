package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.queue.QueueSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Brokers in this JVM that hold nothing at first and leave nothing behind: spring-kafka-test's,
 * with share groups and short waits. Starts in about 2 s; a test class that can share one takes
 * {@link SharedBroker}.
 */
public final class TestBroker implements AutoCloseable {
    private final EmbeddedKafkaKraftBroker cluster;

    private TestBroker(EmbeddedKafkaKraftBroker cluster) {
        this.cluster = cluster;
    }

    /**
     * spring-kafka-test 4.1.1 was compiled against Kafka 4.2; one method it asks for the addresses
     * with is gone from 4.3.
     */
    private static final class Cluster extends EmbeddedKafkaKraftBroker {
        Cluster(int brokers) {
            super(brokers, 1);
        }

        @Override
        public String getBrokersAsString() {
            return Objects.requireNonNull(getCluster()).bootstrapServers();
        }
    }

    public static TestBroker start() {
        return start(1, Map.of());
    }

    /**
     * @param brokers each is a controller too; with 3 or more, topics get 3 replicas of which 2
     *     must acknowledge
     * @param overrides broker settings that replace those of tests
     */
    public static TestBroker start(int brokers, Map<String, String> overrides) {
        var cluster = new Cluster(brokers);
        var settings = new HashMap<>(settings(Math.min(3, brokers)));
        settings.putAll(overrides);
        cluster.brokerProperties(settings);
        cluster.afterPropertiesSet();
        return new TestBroker(cluster);
    }

    public String bootstrapServers() {
        return cluster.getBrokersAsString();
    }

    public KafkaConfig config() {
        return config(bootstrapServers());
    }

    /** Few partitions, short time-outs. */
    public static KafkaConfig config(String bootstrapServers) {
        return config(bootstrapServers, Duration.ofSeconds(20), 64);
    }

    public static KafkaConfig config(
            String bootstrapServers, Duration uploadTimeout, int concurrentUploads) {
        return new KafkaConfig(
                bootstrapServers,
                Map.of(),
                4,
                4,
                -1,
                Duration.ofHours(1),
                1L << 30,
                uploadTimeout,
                concurrentUploads,
                8L << 20);
    }

    public KafkaTransport transport(QueueSettings queue) {
        return KafkaTransport.open(config(), queue, Clock.systemUTC(), new Random());
    }

    /** With the topics of the endpoints. */
    public KafkaTransport transport(QueueSettings queue, Collection<EndpointId> endpoints) {
        KafkaTransport transport = transport(queue);
        transport.createTopics(endpoints);
        return transport;
    }

    /** With the topics of the endpoint, and short locks. */
    public KafkaTransport transport(EndpointId endpoint) {
        return transport(SharedBroker.SHORT_LOCK, List.of(endpoint));
    }

    @Override
    public void close() {
        cluster.destroy();
    }

    private static Map<String, String> settings(int replicas) {
        String all = Integer.toString(replicas);
        String most = Integer.toString(Math.max(1, replicas - 1));
        return Map.ofEntries(
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("default.replication.factor", all),
                Map.entry("min.insync.replicas", most),
                Map.entry("offsets.topic.replication.factor", all),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", all),
                Map.entry("transaction.state.log.min.isr", most),
                Map.entry("share.coordinator.state.topic.replication.factor", all),
                Map.entry("share.coordinator.state.topic.min.isr", most),
                Map.entry("share.coordinator.state.topic.num.partitions", "4"),
                Map.entry("group.share.heartbeat.interval.ms", "1000"),
                Map.entry("group.share.min.heartbeat.interval.ms", "1000"),
                Map.entry("group.share.min.record.lock.duration.ms", "1000"),
                Map.entry("group.share.max.partition.max.record.locks", "10000"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20)),
                // A machine whose cores are all busy delays heartbeats by seconds.
                Map.entry("broker.session.timeout.ms", replicas == 1 ? "30000" : "6000"),
                Map.entry("broker.heartbeat.interval.ms", "500"));
    }
}
