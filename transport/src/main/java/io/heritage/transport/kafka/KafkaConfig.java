package io.heritage.transport.kafka;

import io.heritage.schemas.EndpointId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Connection to Kafka and layout of its topics. The topic settings are used when a topic is
 * created; existing topics stay unchanged.
 *
 * @param bootstrapServers {@code host:port,…}; empty means the embedded broker of {@code up}
 * @param properties passed to every client as they are, for security settings
 * @param mediaPartitions of {@code heritage.media} and {@code heritage.results}
 * @param eventPartitions of {@code heritage.events}
 * @param replication factor of every topic; -1 takes the cluster's default
 * @param mediaRetention how long media and results are kept; longer than the longest wait in a
 *     queue and the job itself
 * @param mediaRetentionBytes the same as a cap on disk over all partitions of a topic
 * @param uploadTimeout longest time Kafka may refuse a chunk before an upload fails
 * @param concurrentUploads limit per process; each upload holds about two chunks of heap
 * @param uploadBufferBytes limit per process of chunks that are being sent to Kafka
 * @param laneShards number of topics, with a share group each, that a lane is split into
 * @param fairShares whether owners of jobs share the lanes by their weights
 * @param modelLanes endpoints whose jobs go into lanes by the model that they name
 * @param canary which jobs and workers try a new version
 */
public record KafkaConfig(
        String bootstrapServers,
        Map<String, String> properties,
        int mediaPartitions,
        int eventPartitions,
        int replication,
        Duration mediaRetention,
        long mediaRetentionBytes,
        Duration uploadTimeout,
        int concurrentUploads,
        long uploadBufferBytes,
        int laneShards,
        boolean fairShares,
        Set<EndpointId> modelLanes,
        CanaryConfig canary) {

    private static final long GIB = 1L << 30;
    private static final int MOST_SHARDS = 100;

    public KafkaConfig {
        properties = Map.copyOf(properties);
        modelLanes = Set.copyOf(modelLanes);
        if (mediaPartitions < 1 || eventPartitions < 1) {
            throw new IllegalArgumentException("a topic has at least one partition");
        }
        if (replication == 0 || replication < -1) {
            throw new IllegalArgumentException(
                    "replication: expected -1 (the cluster's default) or at least 1, found "
                            + replication);
        }
        if (concurrentUploads < 1) {
            throw new IllegalArgumentException("concurrent-uploads: expected at least 1");
        }
        if (uploadBufferBytes < 2 << 20) {
            throw new IllegalArgumentException("upload-buffer-bytes: expected at least 2 MiB");
        }
        if (laneShards < 1 || laneShards > MOST_SHARDS) {
            throw new IllegalArgumentException(
                    "lane-shards: expected 1 to %d, found %d".formatted(MOST_SHARDS, laneShards));
        }
    }

    /** With one shard per lane, in which the jobs of all owners share one order. */
    public KafkaConfig(
            String bootstrapServers,
            Map<String, String> properties,
            int mediaPartitions,
            int eventPartitions,
            int replication,
            Duration mediaRetention,
            long mediaRetentionBytes,
            Duration uploadTimeout,
            int concurrentUploads,
            long uploadBufferBytes) {
        this(
                bootstrapServers,
                properties,
                mediaPartitions,
                eventPartitions,
                replication,
                mediaRetention,
                mediaRetentionBytes,
                uploadTimeout,
                concurrentUploads,
                uploadBufferBytes,
                1,
                false,
                Set.of(),
                CanaryConfig.none());
    }

    /** The same with this number of shards per lane. */
    public KafkaConfig withLaneShards(int shards) {
        return new KafkaConfig(
                bootstrapServers,
                properties,
                mediaPartitions,
                eventPartitions,
                replication,
                mediaRetention,
                mediaRetentionBytes,
                uploadTimeout,
                concurrentUploads,
                uploadBufferBytes,
                shards,
                fairShares,
                modelLanes,
                canary);
    }

    /**
     * Topics of the lanes that jobs of the endpoints go into, by shard and by model, and the
     * canary's.
     */
    public List<String> lanes(Collection<EndpointId> endpoints) {
        var topics = new ArrayList<>(Topics.jobs(endpoints, laneShards));
        topics.addAll(Topics.modelLanes(endpoints.stream().filter(modelLanes::contains).toList()));
        if (canary.isThere()) {
            topics.addAll(Topics.canaries(endpoints));
        }
        return List.copyOf(topics);
    }

    /**
     * Checks that media outlive the jobs that need them. Each problem names the key to change;
     * empty if there is none.
     *
     * @param largestUploadBytes of one request or one result
     * @param longestTtl of a job: its media may be read until then
     * @param longestResult time from the beginning of an attempt to the end of the retention of its
     *     result
     */
    public List<String> mediaShortcomings(
            long largestUploadBytes, Duration longestTtl, Duration longestResult) {
        var found = new ArrayList<String>();
        if (bytesOfOnePartition() < largestUploadBytes) {
            found.add(
                    "kafka.media-retention-bytes: %d bytes on %d partitions keep %d bytes each, less than the largest upload of %d bytes; expected at least %d"
                            .formatted(
                                    mediaRetentionBytes,
                                    mediaPartitions,
                                    bytesOfOnePartition(),
                                    largestUploadBytes,
                                    largestUploadBytes * mediaPartitions));
        }
        requireKept(found, "the longest ttl of a job", longestTtl);
        requireKept(found, "the longest result retention with the run before it", longestResult);
        return found;
    }

    private void requireKept(List<String> found, String what, Duration needed) {
        if (mediaRetention.compareTo(needed) < 0) {
            found.add(
                    "kafka.media-retention: media are kept for %s, less than %s, %s"
                            .formatted(mediaRetention, what, needed));
        }
    }

    /** Number of latest bytes that a partition keeps at least. */
    public long bytesOfOnePartition() {
        return Math.max(1, mediaRetentionBytes / mediaPartitions);
    }

    /** Without the values of {@code properties}, which may be passwords. */
    @Override
    public String toString() {
        return "KafkaConfig[bootstrapServers=%s, properties=%s, mediaPartitions=%d, eventPartitions=%d, replication=%d, mediaRetention=%s, mediaRetentionBytes=%d, uploadTimeout=%s, concurrentUploads=%d, uploadBufferBytes=%d, laneShards=%d, fairShares=%s, modelLanes=%s, canary=%s]"
                .formatted(
                        bootstrapServers,
                        new TreeSet<>(properties.keySet()),
                        mediaPartitions,
                        eventPartitions,
                        replication,
                        mediaRetention,
                        mediaRetentionBytes,
                        uploadTimeout,
                        concurrentUploads,
                        uploadBufferBytes,
                        laneShards,
                        fairShares,
                        modelLanes,
                        canary);
    }

    public static KafkaConfig defaults() {
        return new KafkaConfig(
                "",
                Map.of(),
                64,
                12,
                -1,
                Duration.ofHours(24),
                256 * GIB,
                Duration.ofMinutes(2),
                64,
                32L << 20);
    }
}
