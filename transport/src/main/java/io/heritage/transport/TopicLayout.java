package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of an installation with their settings; times and sizes are for new topics only. */
final class TopicLayout {
    private static final Duration JOBS_KEPT = Duration.ofDays(7);
    private static final Duration EVENTS_KEPT = Duration.ofDays(3);
    private static final Duration COMMANDS_KEPT = Duration.ofDays(1);
    private static final Duration HEARTBEATS_KEPT = Duration.ofDays(1);

    /** Expired results are deleted by time; new jobs are refused while there are too many. */
    private static final long NEVER_BY_SIZE = -1;

    /** The age of media counts from the first chunk; the job begins after the last. */
    private static final Duration UPLOAD = Duration.ofHours(1);

    private static final long LARGEST_SEGMENT = 128L << 20;
    private static final long SMALLEST_SEGMENT = 16L << 20;

    private final KafkaConfig config;
    private final int replicas;

    /**
     * @param replicas of each topic, the cluster's default resolved
     */
    TopicLayout(KafkaConfig config, int replicas) {
        this.config = config;
        this.replicas = replicas;
    }

    List<NewTopic> topics(Collection<EndpointId> endpoints) {
        var topics = new ArrayList<NewTopic>();
        topics.add(
                topic(Topics.MEDIA, config.mediaPartitions(), media(config.bytesOfOnePartition())));
        topics.add(topic(Topics.RESULTS, config.mediaPartitions(), media(NEVER_BY_SIZE)));
        topics.add(topic(Topics.EVENTS, config.eventPartitions(), kept(EVENTS_KEPT)));
        topics.add(topic(Topics.COMMANDS, 1, kept(COMMANDS_KEPT)));
        topics.add(topic(Topics.WORKERS, 1, heartbeats()));
        topics.add(topic(Topics.CONTROLS, 1, compacted()));
        for (String jobs : config.lanes(endpoints)) {
            topics.add(topic(jobs, 1, kept(JOBS_KEPT)));
        }
        if (config.fairShares()) {
            for (String waiting : Topics.waiting(endpoints)) {
                topics.add(topic(waiting, 1, kept(JOBS_KEPT)));
            }
        }
        return topics;
    }

    private NewTopic topic(String name, int partitions, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        if (replicas >= 3) {
            all.put("min.insync.replicas", "2");
        }
        return new NewTopic(name, Optional.of(partitions), replication()).configs(all);
    }

    private Optional<Short> replication() {
        return config.replication() == -1
                ? Optional.empty()
                : Optional.of((short) config.replication());
    }

    private static Map<String, String> kept(Duration retention) {
        return Map.of(
                "cleanup.policy", "delete", "retention.ms", Long.toString(retention.toMillis()));
    }

    /** Retention drops whole closed segments, so these are kept small and closed often. */
    private Map<String, String> media(long retentionBytes) {
        long segment =
                Math.clamp(config.bytesOfOnePartition() / 4, SMALLEST_SEGMENT, LARGEST_SEGMENT);
        Duration segmentTime =
                Duration.ofMillis(
                        Math.clamp(config.mediaRetention().toMillis() / 24, 60_000, 1_800_000));
        return Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(config.mediaRetention().plus(UPLOAD).toMillis()),
                "retention.bytes", Long.toString(retentionBytes),
                "segment.bytes", Long.toString(segment),
                "segment.ms", Long.toString(segmentTime.toMillis()),
                "compression.type", "producer");
    }

    /** Most workers have a new name at each start, so old names would pile up. */
    private static Map<String, String> heartbeats() {
        var settings = new HashMap<>(compacted());
        settings.put("cleanup.policy", "compact,delete");
        settings.put("retention.ms", Long.toString(HEARTBEATS_KEPT.toMillis()));
        return settings;
    }

    private static Map<String, String> compacted() {
        return Map.of(
                "cleanup.policy",
                "compact",
                "segment.ms",
                Long.toString(Duration.ofHours(1).toMillis()),
                "segment.bytes",
                Long.toString(SMALLEST_SEGMENT),
                "min.cleanable.dirty.ratio",
                "0.2");
    }
}
