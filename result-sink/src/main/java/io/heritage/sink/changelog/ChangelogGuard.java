package io.heritage.sink.changelog;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Guards the changelog of one state store of a Kafka Streams application whose processing is at
 * least once: through the producers that it creates, the fold that it wraps, and the restorations
 * that it is notified of. Any thread.
 */
public final class ChangelogGuard implements KafkaClientSupplier, StateRestoreListener {
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final String topic;
    private final String store;
    private final Admin admin;
    private final ProcessStops stops;
    private final Duration lookEvery;
    private final ChangelogReader reader;

    /** Number of suspensions of the process when a stream thread last knew its own partitions. */
    private final ThreadLocal<Integer> known = new ThreadLocal<>();

    private final ConcurrentMap<Integer, OwnWrites> writes = new ConcurrentHashMap<>();

    /** Offset after the last restored record, by partition. */
    private final ConcurrentMap<Integer, Long> restored = new ConcurrentHashMap<>();

    /**
     * @param application of Kafka Streams
     * @param store of it, with a changelog
     * @param clients settings that every client of Kafka has here
     */
    public ChangelogGuard(
            String application,
            String store,
            Admin admin,
            Map<String, Object> clients,
            ProcessStops stops) {
        this(application, store, admin, clients, stops, LOOK);
    }

    /**
     * @param lookEvery longer than the group's heartbeats are apart
     */
    ChangelogGuard(
            String application,
            String store,
            Admin admin,
            Map<String, Object> clients,
            ProcessStops stops,
            Duration lookEvery) {
        this.lookEvery = lookEvery;
        this.topic = "%s-%s-changelog".formatted(application, store);
        this.store = store;
        this.admin = admin;
        this.stops = stops;
        this.reader = new ChangelogReader(Map.copyOf(clients));
    }

    /** The same fold, guarded. */
    public <K, V, L, W> ProcessorSupplier<K, V, L, W> around(ProcessorSupplier<K, V, L, W> fold) {
        return () -> new GuardedFold<>(fold.get(), this);
    }

    Duration lookEvery() {
        return lookEvery;
    }

    String store() {
        return store;
    }

    ChangelogReader reader() {
        return reader;
    }

    /**
     * Whether the process was suspended since this thread began a task, or since the last call: the
     * thread does not know which partitions are still its own. A stream thread.
     */
    boolean hasStopped() {
        int now = stops.count();
        Integer before = known.get();
        known.set(now);
        return before != null && before != now;
    }

    TopicPartition changelog(int partition) {
        return new TopicPartition(topic, partition);
    }

    KafkaFuture<Long> end(TopicPartition changelog) {
        return admin.listOffsets(Map.of(changelog, OffsetSpec.latest()))
                .partitionResult(changelog)
                .thenApply(end -> end.offset());
    }

    /**
     * Begins a task, whose writes are recorded from now on.
     *
     * @return one past what was restored of its changelog; negative if that is not known
     */
    long begin(int partition, OwnWrites own) {
        known.set(stops.count());
        writes.put(partition, own);
        Long end = restored.remove(partition);
        return end == null ? -1 : end;
    }

    void end(OwnWrites own) {
        writes.values().remove(own);
    }

    /** Null for records of other topics. */
    @Nullable OwnWrites writesTo(ProducerRecord<byte[], byte[]> record) {
        Integer partition = record.partition();
        return partition != null && record.topic().equals(topic) ? writes.get(partition) : null;
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String name, long from, long end) {
        if (changelog.topic().equals(topic)) {
            restored.put(changelog.partition(), end);
        }
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String name, long last, long records) {}

    @Override
    public void onRestoreEnd(TopicPartition changelog, String name, long records) {}

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return Admin.create(settings);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return new GuardedProducer(settings, this);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        return consumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return consumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return consumer(settings);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        var bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(settings, bytes, bytes);
    }
}
