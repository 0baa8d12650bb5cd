package io.heritage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.KafkaCheckup.ClusterFact;
import io.heritage.transport.KafkaCheckup.Verdict;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class KafkaCheckupTest {
    private static final EndpointId ENDPOINT = new EndpointId("checkup");
    private TestBroker broker;

    @BeforeAll
    void start() {
        broker = TestBroker.start();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private ClusterFact fact(String name, Clock clock) {
        return KafkaCheckup.of(broker.config(), List.of(ENDPOINT), clock).stream()
                .filter(fact -> fact.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClusterIsLookedAtBeforeAndAfterItHasTopics() throws Exception {
        assertThat(fact("kafka share groups", Clock.systemUTC()).verdict()).isEqualTo(Verdict.GOOD);
        assertThat(fact("kafka topics", Clock.systemUTC()).found())
                .contains(Topics.MEDIA, Topics.CONTROLS);

        try (KafkaTransport transport = KafkaTransport.open(broker.config())) {
            transport.createTopics(List.of(ENDPOINT));
        }
        assertThat(fact("kafka topics", Clock.systemUTC()).verdict()).isEqualTo(Verdict.GOOD);
        assertThat(fact("kafka permissions", Clock.systemUTC()).verdict()).isEqualTo(Verdict.GOOD);

        heartbeat();
        assertThat(fact("clocks", Clock.systemUTC()).verdict()).isEqualTo(Verdict.GOOD);
        ClusterFact behind =
                fact("clocks", Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10)));
        assertThat(behind.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(behind.mend()).contains("time server");
    }

    @Test
    void versionAndGroupSizeAreTold() {
        assertThat(fact("kafka", Clock.systemUTC()).found())
                .matches("1 brokers at .*, Kafka 4\\.\\d+-IV\\d+");
        assertThat(fact("kafka group size", Clock.systemUTC()).found())
                .matches("up to \\d+ workers a shard .*");
    }

    @Test
    void moreReplicasThanBrokersCannotBe() {
        KafkaConfig c = broker.config();
        var three =
                new KafkaConfig(
                        c.bootstrapServers(),
                        Map.of(),
                        4,
                        4,
                        3,
                        c.mediaRetention(),
                        c.mediaRetentionBytes(),
                        c.uploadTimeout(),
                        c.concurrentUploads(),
                        c.uploadBufferBytes());
        ClusterFact fact =
                KafkaCheckup.of(three, List.of(ENDPOINT), Clock.systemUTC()).stream()
                        .filter(found -> found.name().equals("kafka replication"))
                        .findFirst()
                        .orElseThrow();

        assertThat(fact.verdict()).isEqualTo(Verdict.BAD);
        assertThat(fact.found()).isEqualTo("kafka.replication is 3, there are 1 brokers");
    }

    @Test
    void aClusterWithoutShareGroupsIsToBeUpgraded() {
        ClusterFact fact = KafkaCheckup.shareGroups(0, "kafka:9092");

        assertThat(fact.verdict()).isEqualTo(Verdict.BAD);
        assertThat(fact.mend()).contains("--bootstrap-server kafka:9092 upgrade");
    }

    @Test
    void aMissingPermissionIsNamedWithItsTopic() {
        ClusterFact fact =
                KafkaCheckup.permissions(
                        Map.of(
                                Topics.MEDIA,
                                Set.of(AclOperation.READ, AclOperation.DESCRIBE),
                                Topics.EVENTS,
                                Set.of(
                                        AclOperation.READ,
                                        AclOperation.WRITE,
                                        AclOperation.DESCRIBE)));

        assertThat(fact.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(fact.found()).isEqualTo("missing permissions: WRITE " + Topics.MEDIA);
    }

    private void heartbeat() throws Exception {
        var bytes = new ByteArraySerializer();
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                        bytes,
                        bytes)) {
            producer.send(new ProducerRecord<>(Topics.WORKERS, new byte[] {1}, new byte[] {2}))
                    .get(2, TimeUnit.MINUTES);
        }
    }
}
