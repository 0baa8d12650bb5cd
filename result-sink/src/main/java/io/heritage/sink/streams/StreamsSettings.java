package io.heritage.sink.streams;

import io.heritage.sink.config.SinkConfig;
import io.heritage.transport.kafka.KafkaConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Settings of Kafka Streams; the reasons: docs/spec/kafka.md, section 4. Static membership brings a
 * sink back within seconds after any kind of end, and needs the classic group protocol.
 */
public final class StreamsSettings {
    public static final String APPLICATION = "heritage-sink";

    private StreamsSettings() {}

    public static Properties of(
            SinkConfig sink, KafkaConfig kafka, HostInfo self, AtomicLong badRecords) {
        var settings = new Properties();
        settings.putAll(clients(kafka));
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        settings.put(
                StreamsConfig.APPLICATION_SERVER_CONFIG,
                "%s:%d".formatted(self.host(), self.port()));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, sink.stateDir().toAbsolutePath().toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                sink.instanceId());
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                1_000); // who has to go on for another that stops hears of it so soon
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG),
                10_000); // new shards of lanes are found so soon
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, kafka.replication());
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, sink.standbyReplicas());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, sink.streamThreads());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000L);
        settings.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, PassBadRecords.class);
        settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PassBadRecords.class);
        settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, PassBadRecords.class);
        settings.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true); // or warns
        settings.put(PassBadRecords.COUNTER, badRecords);
        return settings;
    }

    /** Settings of every Kafka client. */
    public static Map<String, Object> clients(KafkaConfig kafka) {
        var settings = new HashMap<String, Object>(kafka.properties());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return settings;
    }

    /**
     * The same, and makes topics of Streams as durable as ours, whatever the brokers' defaults.
     *
     * @param replicas of the log of events
     */
    public static Properties replicated(Properties settings, int replicas) {
        if (replicas >= 3) {
            settings.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
        return settings;
    }
}
