package io.heritage.transport.media;

import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics of media as Kafka reports them: retention, partitions, and end offsets.
 *
 * @param admin gives up a broker that does not answer within a few seconds
 */
record MediaTopics(Admin admin) {
    private static final Logger LOG = LoggerFactory.getLogger(MediaTopics.class);
    private static final int SECONDS = 10;

    /** For the leaders of all partitions together. */
    private static final Duration LEADERS_WITHIN = Duration.ofSeconds(5);

    /**
     * Settings of existing topics, which may differ from the configuration.
     *
     * @param mediaBytes that a partition of the inputs keeps; negative for all
     * @param resultBytes the same of the results
     */
    record Retention(long mediaBytes, long resultBytes) {}

    /**
     * @throws TransportUnavailable if Kafka does not answer
     */
    Retention retention() {
        var media = new ConfigResource(ConfigResource.Type.TOPIC, Topics.MEDIA);
        var results = new ConfigResource(ConfigResource.Type.TOPIC, Topics.RESULTS);
        Map<ConfigResource, Config> settings =
                get(admin.describeConfigs(List.of(media, results)).all(), "the settings of media");
        return new Retention(retentionBytes(settings, media), retentionBytes(settings, results));
    }

    private static long retentionBytes(Map<ConfigResource, Config> settings, ConfigResource topic) {
        Config found = settings.get(topic);
        return found == null ? -1 : Long.parseLong(found.get("retention.bytes").value());
    }

    /** The partitions of the inputs. */
    List<TopicPartitionInfo> partitions() {
        return get(
                        admin.describeTopics(List.of(Topics.MEDIA))
                                .topicNameValues()
                                .get(Topics.MEDIA),
                        Topics.MEDIA)
                .partitions();
    }

    /**
     * End offsets of the inputs' partitions whose leaders answer.
     *
     * @throws TransportUnavailable if none does
     */
    Map<Integer, Long> ends(int partitions) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(Topics.MEDIA, partition), OffsetSpec.latest());
        }
        var inTime = new ListOffsetsOptions().timeoutMs((int) LEADERS_WITHIN.toMillis());
        ListOffsetsResult result = admin.listOffsets(asked, inTime);
        long deadline = System.nanoTime() + LEADERS_WITHIN.toNanos();
        var told = new HashMap<Integer, Long>();
        TransportUnavailable away = null;
        for (TopicPartition partition : asked.keySet()) {
            try {
                long left = Math.max(0, deadline - System.nanoTime());
                told.put(
                        partition.partition(),
                        get(result.partitionResult(partition), left, "the end of " + partition)
                                .offset());
            } catch (TransportUnavailable e) {
                away = e;
            }
        }
        if (away != null && (told.isEmpty() || Thread.currentThread().isInterrupted())) {
            throw away;
        }
        if (away != null) {
            LOG.atDebug().setCause(away).log("end offsets of some media partitions are unknown");
        }
        return told;
    }

    private static <T> T get(@Nullable KafkaFuture<T> future, String what) {
        return get(future, TimeUnit.SECONDS.toNanos(SECONDS), what);
    }

    private static <T> T get(@Nullable KafkaFuture<T> future, long nanos, String what) {
        try {
            if (future == null) {
                throw new TransportUnavailable("Kafka does not report " + what);
            }
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportUnavailable("cannot read " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading " + what, e);
        }
    }
}
