package io.heritage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.PublishedModel;
import io.heritage.transport.kafka.CanaryConfig;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Settings of new topics; {@code replication} is -1 in all of them. */
class TopicLayoutTest {

    /** The fault: with replication from the brokers' default, this was left to the brokers too. */
    @Test
    void ofThreeReplicasTwoMustAcknowledge() {
        assertThat(topics(3))
                .allSatisfy(topic ->
                        assertThat(topic.configs()).containsEntry("min.insync.replicas", "2"));
    }

    @Test
    void aSingleReplicaAcknowledgesAlone() {
        assertThat(topics(1))
                .allSatisfy(topic ->
                        assertThat(topic.configs()).doesNotContainKey("min.insync.replicas"));
    }

    @Test
    void aCanaryHasAShardOfEachLaneThatEveryVersionReads() {
        EndpointId endpoint = TestJobs.newEndpoint();
        KafkaConfig config = TestBroker.config("127.0.0.1:9092").withLaneShards(100);
        List<String> without = names(config, endpoint);
        String canary = Topics.jobs(endpoint, Lane.HIGH, Topics.CANARY_SHARD);

        assertThat(without).doesNotContain(canary);
        for (var tried : List.of(new CanaryConfig(1, false), new CanaryConfig(0, true))) {
            assertThat(names(TopicLayouts.canary(config, tried), endpoint))
                    .containsAll(without)
                    .contains(canary)
                    .hasSize(without.size() + Lane.values().length);
        }
        assertThat(canary).matches(Topics.everyShard(List.of(endpoint)));
        assertThat(Topics.lane(canary)).isEqualTo(Topics.jobs(endpoint, Lane.HIGH));
        assertThat(Topics.shard(canary)).isEqualTo(Topics.CANARY_SHARD);
        assertThat(Topics.isModelLane(canary)).isFalse();
    }

    @Test
    void lanesThatAreSharedHaveATopicForTheJobsThatWait() {
        EndpointId endpoint = TestJobs.newEndpoint();
        KafkaConfig config = TestBroker.config("127.0.0.1:9092").withLaneShards(2);
        List<String> without = names(config, endpoint);
        List<String> with = names(TopicLayouts.fairShares(config, true), endpoint);
        assertThat(with).containsAll(without).hasSize(without.size() + Lane.values().length);
        String waiting = Topics.waiting(endpoint, Lane.LONG);
        assertThat(with).contains(waiting);
        assertThat(Topics.lane(waiting)).isEqualTo(Topics.jobs(endpoint, Lane.LONG));
        assertThat(Topics.endpoint(waiting)).isEqualTo(endpoint);
        assertThat(waiting).matches(Topics.everyQueue(List.of(endpoint)));
        assertThat(waiting).doesNotMatch(Topics.everyShard(List.of(endpoint)));
        assertThat(Topics.jobs(endpoint, Lane.LONG, 1))
                .matches(Topics.everyQueue(List.of(endpoint)))
                .matches(Topics.everyShard(List.of(endpoint)));
    }

    @Test
    void modelsHaveLanesWhereThatIsConfiguredWhichEverybodyKnowsAsShards() {
        EndpointId endpoint = TestJobs.newEndpoint();
        EndpointId other = TestJobs.newEndpoint();
        KafkaConfig config = TestBroker.config("127.0.0.1:9092");
        List<String> without = names(config, endpoint, other);
        List<String> with =
                names(TopicLayouts.modelLanes(config, Set.of(endpoint)), endpoint, other);
        String topic = Topics.jobs(endpoint, Lane.LOW, PublishedModel.SEEDVR2_7B);
        assertThat(with)
                .containsAll(without)
                .hasSize(without.size() + 3 * Lane.values().length)
                .contains(topic);
        assertThat(topic)
                .isEqualTo("heritage.jobs." + endpoint + ".low.seedvr2_7b")
                .matches(Topics.everyQueue(List.of(endpoint)))
                .matches(Topics.everyShard(List.of(endpoint)));
        assertThat(Topics.lane(topic)).isEqualTo(Topics.jobs(endpoint, Lane.LOW));
        assertThat(Topics.endpoint(topic)).isEqualTo(endpoint);
        assertThat(Topics.jobs(endpoint, Lane.LOW, Topics.shard(topic))).isEqualTo(topic);
        assertThat(Topics.isModelLane(topic)).isTrue();
        assertThat(Topics.isModelLane(Topics.jobs(endpoint, Lane.LOW, 99))).isFalse();
    }

    @Test
    void heartbeatsOfWorkersThatAreGoneAreDeletedAndControlsAreNot() {
        assertThat(topic(Topics.WORKERS).configs())
                .containsEntry("cleanup.policy", "compact,delete")
                .containsEntry("retention.ms", "86400000");
        assertThat(topic(Topics.CONTROLS).configs())
                .containsEntry("cleanup.policy", "compact")
                .doesNotContainKey("retention.ms");
    }

    private static List<String> names(KafkaConfig config, EndpointId... endpoints) {
        return new TopicLayout(config, 1)
                .topics(List.of(endpoints)).stream().map(NewTopic::name).toList();
    }

    private static NewTopic topic(String name) {
        return topics(1).stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<NewTopic> topics(int replicas) {
        return new TopicLayout(TestBroker.config("127.0.0.1:9092"), replicas)
                .topics(List.of(TestJobs.newEndpoint()));
    }
}
