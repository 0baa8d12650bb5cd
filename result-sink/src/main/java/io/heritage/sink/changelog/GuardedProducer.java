package io.heritage.sink.changelog;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The producer of a stream thread. After a suspension of the process it rejects the first record as
 * a fenced producer does. Kafka Streams then closes all tasks of the thread, rejoins the group, and
 * resumes the tasks that are still its own.
 */
final class GuardedProducer extends KafkaProducer<byte[], byte[]> {
    private final ChangelogGuard guard;

    GuardedProducer(Map<String, Object> settings, ChangelogGuard guard) {
        super(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.guard = guard;
    }

    @Override
    public Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        if (guard.hasStopped()) {
            throw new KafkaException(
                    "this process was suspended",
                    new ProducerFencedException("another sink may have its partitions by now"));
        }
        OwnWrites writes = guard.writesTo(record);
        if (writes == null) {
            return super.send(record, callback);
        }
        writes.sending();
        return super.send(
                record,
                (where, problem) -> {
                    if (problem == null) {
                        writes.acknowledged(where.offset());
                    } else {
                        writes.failed();
                    }
                    if (callback != null) {
                        callback.onCompletion(where, problem);
                    }
                });
    }
}
