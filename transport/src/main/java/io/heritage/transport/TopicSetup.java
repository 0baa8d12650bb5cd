package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.queue.QueueSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates topics and configures share groups as other code requires. Idempotent. */
final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

    /** The default of {@code group.share.max.partition.max.record.locks}. */
    private static final int WINDOW_OF_EVERY_BROKER = 4000;

    private static final Duration USABLE_WITHIN = Duration.ofSeconds(30);

    private final Admin admin;
    private final KafkaConfig config;
    private final QueueSettings queue;

    TopicSetup(Admin admin, KafkaConfig config, QueueSettings queue) {
        this.admin = admin;
        this.config = config;
        this.queue = queue;
    }

    /**
     * Groups come first: a member that joins before its group is set up misses earlier jobs.
     *
     * @return the window that the brokers allow
     */
    int create(Collection<EndpointId> endpoints) {
        requireShareGroups();
        int window = configureGroups(config.lanes(endpoints));
        List<NewTopic> topics = new TopicLayout(config, replicas()).topics(endpoints);
        createMissing(topics);
        awaitLeaders(topics.stream().map(NewTopic::name).toList());
        awaitCoordinator(config.lanes(endpoints));
        return window;
    }

    /** Replicas of a topic; the default of the brokers where the configuration names none. */
    private int replicas() {
        if (config.replication() != -1) {
            return config.replication();
        }
        Node node =
                get(admin.describeCluster().nodes(), "the brokers").stream()
                        .findFirst()
                        .orElseThrow(() -> new TransportUnavailable("the cluster has no broker"));
        var broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
        Config settings =
                get(
                                admin.describeConfigs(List.of(broker)).all(),
                                "the settings of broker " + node.idString())
                        .values()
                        .iterator()
                        .next();
        return Integer.parseInt(settings.get("default.replication.factor").value());
    }

    /** Brokers create the coordinators' own topics when a group is first looked up. */
    private void awaitCoordinator(List<String> jobsTopics) {
        List<String> groups = jobsTopics.stream().map(Topics::shareGroup).toList();
        for (var group : admin.describeShareGroups(groups).describedGroups().entrySet()) {
            try {
                var _ = group.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw new TransportUnavailable(
                            "cannot reach the coordinator of " + group.getKey(), e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private void requireShareGroups() {
        FinalizedVersionRange version =
                get(admin.describeFeatures().featureMetadata(), "the features of the brokers")
                        .finalizedFeatures()
                        .get("share.version");
        if (version == null || version.maxVersionLevel() < 1) {
            throw new IllegalStateException(
                    """
                    the Kafka cluster at %s has share groups switched off (feature share.version is %s, expected at least 1); \
                    they need brokers of version 4.2 or later and: kafka-features.sh --bootstrap-server … upgrade --feature share.version=1\
                    """
                            .formatted(
                                    config.bootstrapServers(),
                                    version == null ? "missing" : version.maxVersionLevel()));
        }
    }

    private int configureGroups(List<String> jobsTopics) {
        if (jobsTopics.isEmpty()) {
            return queue.window();
        }
        try {
            configureGroups(jobsTopics, queue.window());
            return queue.window();
        } catch (TransportUnavailable e) {
            if (queue.window() <= WINDOW_OF_EVERY_BROKER || !isRefusedValue(e.getCause())) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("wanted", queue.window())
                    .addKeyValue("taken", WINDOW_OF_EVERY_BROKER)
                    .addKeyValue("error", e.getCause())
                    .log(
                            "the brokers allow a smaller window only; raise"
                                    + " group.share.max.partition.max.record.locks on them");
            configureGroups(jobsTopics, WINDOW_OF_EVERY_BROKER);
            return WINDOW_OF_EVERY_BROKER;
        }
    }

    private static boolean isRefusedValue(@Nullable Throwable cause) {
        return cause instanceof InvalidConfigurationException
                || cause instanceof InvalidRequestException;
    }

    private void configureGroups(List<String> jobsTopics, int window) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : jobsTopics) {
            var group = new ConfigResource(ConfigResource.Type.GROUP, Topics.shareGroup(topic));
            changes.put(
                    group,
                    List.of(
                            set("share.auto.offset.reset", "earliest"),
                            set(
                                    "share.record.lock.duration.ms",
                                    Long.toString(queue.lock().toMillis())),
                            set(
                                    "share.delivery.count.limit",
                                    Integer.toString(queue.deliveryLimit())),
                            set("share.partition.max.record.locks", Integer.toString(window))));
        }
        get(admin.incrementalAlterConfigs(changes).all(), "the settings of the share groups");
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    private void createMissing(List<NewTopic> topics) {
        Map<String, KafkaFuture<Void>> results = admin.createTopics(topics).values();
        for (var result : results.entrySet()) {
            try {
                result.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new TransportUnavailable(
                            "cannot create the topic " + result.getKey(), e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private void awaitLeaders(Collection<String> topics) {
        long deadline = System.nanoTime() + USABLE_WITHIN.toNanos();
        var missing = new ArrayList<>(topics);
        while (true) {
            for (var found : admin.describeTopics(missing).topicNameValues().entrySet()) {
                if (hasLeaders(found.getValue())) {
                    missing.remove(found.getKey());
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new TransportUnavailable(
                        "after %s these topics have partitions without a leader: %s"
                                .formatted(USABLE_WITHIN, missing));
            }
            pause();
        }
    }

    private static boolean hasLeaders(KafkaFuture<TopicDescription> description) {
        try {
            return description.get().partitions().stream()
                    .allMatch(p -> p.leader() != null && !p.leader().isEmpty());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw new TransportUnavailable("cannot describe a topic", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static <T> T get(KafkaFuture<T> future, String what) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new TransportUnavailable("cannot read or set " + what, e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static TransportUnavailable interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TransportUnavailable("interrupted while setting up topics", e);
    }
}
