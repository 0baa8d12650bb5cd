package io.heritage.sink.changelog;

import io.heritage.sink.changelog.OwnWrites.Range;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads keys of a changelog, with a new consumer for each call. */
record ChangelogReader(Map<String, Object> settings) {
    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);

    /**
     * Keys of the records that still exist.
     *
     * @throws TimeoutException if they cannot be read within 5 s
     */
    Set<String> keys(TopicPartition changelog, Range range) {
        var keys = new LinkedHashSet<String>();
        long deadline = System.nanoTime() + WITHIN.toNanos();
        try (var consumer = consumer()) {
            consumer.assign(List.of(changelog));
            consumer.seek(changelog, range.from());
            while (consumer.position(changelog, WITHIN) < range.end()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException("cannot read %s of %s".formatted(range, changelog));
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < range.end()) {
                        keys.add(record.key());
                    }
                }
            }
        }
        return keys;
    }

    private KafkaConsumer<String, byte[]> consumer() {
        var own = new java.util.HashMap<>(settings);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(own, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
