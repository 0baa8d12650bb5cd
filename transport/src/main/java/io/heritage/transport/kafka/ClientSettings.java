package io.heritage.transport.kafka;

import java.util.HashMap;
import java.util.Map;

/** Settings of each client this process opens; why each value was chosen was measured. */
public final class ClientSettings {
    private static final int MIB = 1 << 20;
    private static final int LINGER_MILLIS = 5;
    private static final int IMPATIENT_MILLIS = 5000;

    private final KafkaConfig config;

    public ClientSettings(KafkaConfig config) {
        if (config.bootstrapServers().isBlank()) {
            throw new IllegalArgumentException(
                    "bootstrap-servers is empty: expected host:port of a Kafka broker, or that of an EmbeddedBroker");
        }
        this.config = config;
    }

    /** Batches of 1 MiB keep the buffers pooled; the producer's buffer is the back-pressure. */
    public Map<String, Object> mediaProducer() {
        Map<String, Object> settings = producer();
        settings.put("linger.ms", LINGER_MILLIS);
        settings.put("batch.size", MIB);
        settings.put("buffer.memory", config.uploadBufferBytes());
        settings.put("max.request.size", 4 * MIB);
        return settings;
    }

    public Map<String, Object> eventProducer() {
        Map<String, Object> settings = producer();
        settings.put("linger.ms", 0);
        settings.put("max.request.size", MIB);
        return settings;
    }

    /** For manual assignment; {@code none} makes a missing offset an error. */
    public Map<String, Object> mediaReader(int fetchBytes) {
        Map<String, Object> settings = reader();
        settings.put("auto.offset.reset", "none");
        settings.put("max.partition.fetch.bytes", fetchBytes);
        settings.put("fetch.max.bytes", fetchBytes);
        settings.put("fetch.max.wait.ms", 10);
        return settings;
    }

    /** For small records: a process that has fallen behind holds 8 MiB of them at a time. */
    public Map<String, Object> tail() {
        Map<String, Object> settings = reader();
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.bytes", 8 * MIB);
        return settings;
    }

    /**
     * As {@link #tail}, for readers that must not wait long for a broker that hangs: its connection
     * is closed after 5 s (or as {@code kafka.properties} say), and the new leader of its
     * partitions is asked.
     */
    public Map<String, Object> impatientTail() {
        Map<String, Object> settings = tail();
        settings.put("fetch.max.bytes", MIB);
        settings.putIfAbsent("request.timeout.ms", IMPATIENT_MILLIS);
        return settings;
    }

    /**
     * Stays in its group without polls while a job runs, however long.
     *
     * @param mostRecords that one poll may give
     */
    public Map<String, Object> shareConsumer(String group, String clientId, int mostRecords) {
        Map<String, Object> settings = common();
        settings.put("group.id", group);
        settings.put("client.id", clientId);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.put("share.acquire.mode", "record_limit");
        settings.put("max.poll.records", mostRecords);
        settings.put("max.poll.interval.ms", Integer.MAX_VALUE);
        return settings;
    }

    public Map<String, Object> admin() {
        return common();
    }

    /** As {@link #impatientTail}. An admin client has one request at a time with each broker. */
    public Map<String, Object> impatientAdmin() {
        Map<String, Object> settings = admin();
        settings.putIfAbsent("request.timeout.ms", IMPATIENT_MILLIS);
        return settings;
    }

    private Map<String, Object> producer() {
        int timeout = (int) Math.max(1000, config.uploadTimeout().toMillis());
        Map<String, Object> settings = common();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "none");
        settings.put("max.block.ms", timeout);
        settings.put("delivery.timeout.ms", timeout);
        settings.put("request.timeout.ms", Math.min(30_000, timeout - 10 * LINGER_MILLIS));
        return settings;
    }

    private Map<String, Object> reader() {
        Map<String, Object> settings = common();
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        return settings;
    }

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>(config.properties());
        settings.put("bootstrap.servers", config.bootstrapServers());
        return settings;
    }
}
