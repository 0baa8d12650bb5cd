package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.transport.kafka.CanaryConfig;
import io.heritage.transport.kafka.KafkaConfig;
import java.util.Set;

/** Configurations that differ from another in which topics the lanes have. */
public final class TopicLayouts {
    private TopicLayouts() {}

    /** Lanes that owners share by their weights, or not. */
    public static KafkaConfig fairShares(KafkaConfig config, boolean fair) {
        return layout(config, fair, config.modelLanes(), config.canary());
    }

    /** Models have lanes of their own at these endpoints. */
    public static KafkaConfig modelLanes(KafkaConfig config, Set<EndpointId> endpoints) {
        return layout(config, config.fairShares(), endpoints, config.canary());
    }

    /** A new version is tried. */
    public static KafkaConfig canary(KafkaConfig config, CanaryConfig tried) {
        return layout(config, config.fairShares(), config.modelLanes(), tried);
    }

    private static KafkaConfig layout(
            KafkaConfig from, boolean fair, Set<EndpointId> modelLanes, CanaryConfig canary) {
        return new KafkaConfig(
                from.bootstrapServers(),
                from.properties(),
                from.mediaPartitions(),
                from.eventPartitions(),
                from.replication(),
                from.mediaRetention(),
                from.mediaRetentionBytes(),
                from.uploadTimeout(),
                from.concurrentUploads(),
                from.uploadBufferBytes(),
                from.laneShards(),
                fair,
                modelLanes,
                canary);
    }
}
