package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Checks a cluster without changing it: whether it answers, its version, whether it has share
 * groups, enough brokers and the topics, how many workers a shard may have, which permissions this
 * user has, and whether its clock and ours agree.
 */
public final class KafkaCheckup {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOCKS_WITHIN = Duration.ofSeconds(5);
    private static final String GROUP_SIZE = "group.share.max.size";

    /** Operations that some part needs on every topic. */
    private static final Set<AclOperation> NEEDED =
            Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE);

    private final KafkaConfig config;
    private final Collection<EndpointId> endpoints;
    private final Clock clock;
    private final List<ClusterFact> facts = new ArrayList<>();

    private KafkaCheckup(KafkaConfig config, Collection<EndpointId> endpoints, Clock clock) {
        this.config = config;
        this.endpoints = List.copyOf(endpoints);
        this.clock = clock;
    }

    /**
     * Result of one check.
     *
     * @param verdict whether Heritage can work with it
     * @param found for people
     * @param mend what to do; empty if nothing
     */
    public record ClusterFact(String name, Verdict verdict, String found, String mend) {}

    /** Severity of a fact. */
    public enum Verdict {
        GOOD,
        /** Works, but slower, or only for some parts. */
        DOUBTFUL,
        BAD
    }

    /** Takes some seconds, at most a minute; skips checks that would fail for the same reason. */
    public static List<ClusterFact> of(
            KafkaConfig config, Collection<EndpointId> endpoints, Clock clock) {
        var checkup = new KafkaCheckup(config, endpoints, clock);
        try {
            Admin admin = Admin.create(new ClientSettings(config).admin());
            try {
                checkup.look(admin);
            } finally {
                admin.close(Duration.ZERO); // does not wait for what has no answer
            }
        } catch (Failed e) {
            checkup.bad("kafka", e.text(), "is it running, and is kafka.bootstrap-servers right?");
        } catch (RuntimeException e) {
            checkup.bad(
                    "kafka",
                    String.valueOf(e.getMessage()),
                    "see kafka.bootstrap-servers and kafka.properties");
        }
        return List.copyOf(checkup.facts);
    }

    private static class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    private static final class NotAllowed extends Failed {
        private static final long serialVersionUID = 1L;

        NotAllowed(String message) {
            super(message);
        }
    }

    private void look(Admin admin) throws Failed {
        Collection<Node> brokers = get(admin.describeCluster().nodes());
        Map<String, FinalizedVersionRange> features =
                get(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        good(
                "kafka",
                "%d brokers at %s, Kafka %s"
                        .formatted(
                                brokers.size(),
                                config.bootstrapServers(),
                                version(level(features, MetadataVersion.FEATURE_NAME))));
        if (config.replication() > brokers.size()) {
            bad(
                    "kafka replication",
                    "kafka.replication is %d, there are %d brokers"
                            .formatted(config.replication(), brokers.size()),
                    "add brokers, or lower kafka.replication");
        }
        facts.add(shareGroups(level(features, "share.version"), config.bootstrapServers()));
        if (!brokers.isEmpty()) {
            members(admin, brokers.iterator().next());
        }
        topics(admin);
    }

    private static int level(Map<String, FinalizedVersionRange> features, String name) {
        FinalizedVersionRange found = features.get(name);
        return found == null ? 0 : found.maxVersionLevel();
    }

    /** A cluster may be newer than the client. */
    private static String version(int metadataLevel) {
        try {
            return MetadataVersion.fromFeatureLevel((short) metadataLevel).version();
        } catch (IllegalArgumentException e) {
            return "of metadata.version " + metadataLevel;
        }
    }

    static ClusterFact shareGroups(int level, String servers) {
        return level >= 1
                ? new ClusterFact("kafka share groups", Verdict.GOOD, "share.version " + level, "")
                : new ClusterFact(
                        "kafka share groups",
                        Verdict.BAD,
                        "share.version " + level,
                        "brokers of 4.2 or later and: kafka-features.sh --bootstrap-server %s upgrade --feature share.version=1"
                                .formatted(servers));
    }

    /** The most workers of a shard; says so if the user may not read it. */
    private void members(Admin admin, Node broker) throws Failed {
        var resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
        try {
            Map<ConfigResource, Config> found = get(admin.describeConfigs(List.of(resource)).all());
            ConfigEntry limit =
                    found.values().stream()
                            .map(config -> config.get(GROUP_SIZE))
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
            good(
                    "kafka group size",
                    "up to %s workers a shard (%s)"
                            .formatted(limit == null ? "?" : limit.value(), GROUP_SIZE));
        } catch (NotAllowed e) {
            doubtful(
                    "kafka group size",
                    GROUP_SIZE + " is not visible: " + e.text(),
                    "this check alone needs DESCRIBE_CONFIGS on the cluster");
        }
    }

    private void topics(Admin admin) throws Failed {
        Set<String> wanted =
                new LinkedHashSet<>(
                        List.of(
                                Topics.MEDIA,
                                Topics.RESULTS,
                                Topics.EVENTS,
                                Topics.COMMANDS,
                                Topics.WORKERS,
                                Topics.CONTROLS));
        wanted.addAll(config.lanes(endpoints));
        if (config.fairShares()) {
            wanted.addAll(Topics.waiting(endpoints));
        }
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(get(admin.listTopics().names()));
        if (missing.isEmpty()) {
            good("kafka topics", wanted.size() + " topics");
        } else {
            doubtful(
                    "kafka topics",
                    "missing or not visible: " + String.join(", ", missing),
                    "the first process that starts creates them; deploy/kafka-acls.sh grants the"
                            + " permissions");
        }
        wanted.removeAll(missing);
        permissions(admin, wanted);
        if (wanted.contains(Topics.WORKERS)) {
            clocks(admin);
        }
    }

    private void permissions(Admin admin, Set<String> topics) throws Failed {
        var withPermissions = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        Map<String, TopicDescription> described =
                get(admin.describeTopics(topics, withPermissions).allTopicNames());
        var allowed = new TreeMap<String, Set<AclOperation>>();
        described.forEach((topic, description) -> {
            Set<AclOperation> operations = description.authorizedOperations();
            allowed.put(topic, operations == null ? NEEDED : operations);
        });
        facts.add(permissions(allowed));
    }

    /**
     * @param allowed operations by topic
     */
    static ClusterFact permissions(Map<String, Set<AclOperation>> allowed) {
        var lacking = new TreeSet<String>();
        allowed.forEach((topic, operations) ->
                NEEDED.stream()
                        .filter(operation -> !operations.contains(operation))
                        .forEach(operation -> lacking.add(operation + " " + topic)));
        return lacking.isEmpty()
                ? new ClusterFact(
                        "kafka permissions",
                        Verdict.GOOD,
                        "read, write and describe on all topics",
                        "")
                : new ClusterFact(
                        "kafka permissions",
                        Verdict.DOUBTFUL,
                        "missing permissions: " + String.join(", ", lacking),
                        "no process needs all of them; deploy/kafka-acls.sh lists what each needs");
    }

    /** The newest heartbeat carries its worker's time, which must not be in the future. */
    private void clocks(Admin admin) throws Failed {
        var partition = new TopicPartition(Topics.WORKERS, 0);
        ListOffsetsResultInfo newest =
                get(
                        admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                                .partitionResult(partition));
        Duration ahead = Duration.ofMillis(newest.timestamp() - clock.millis());
        if (newest.timestamp() >= 0 && ahead.compareTo(CLOCKS_WITHIN) > 0) {
            doubtful(
                    "clocks",
                    "a worker's clock is %d s ahead of this one".formatted(ahead.toSeconds()),
                    "synchronise all machines with a time server (chrony, systemd-timesyncd)");
        } else {
            good("clocks", "no heartbeat is from the future");
        }
    }

    private void good(String name, String found) {
        facts.add(new ClusterFact(name, Verdict.GOOD, found, ""));
    }

    private void doubtful(String name, String found, String mend) {
        facts.add(new ClusterFact(name, Verdict.DOUBTFUL, found, mend));
    }

    private void bad(String name, String found, String mend) {
        facts.add(new ClusterFact(name, Verdict.BAD, found, mend));
    }

    private static <T> T get(KafkaFuture<T> future) throws Failed {
        try {
            return future.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            String cause = String.valueOf(e.getCause());
            throw e.getCause() instanceof AuthorizationException
                    ? new NotAllowed(cause)
                    : new Failed(cause);
        } catch (TimeoutException e) {
            throw new Failed("no answer within %d s".formatted(WITHIN.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted");
        }
    }
}
