package io.heritage.transport.log;

import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.kafka.Topics;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Heartbeats in a compacted topic. */
public final class KafkaWorkerBoard implements WorkerBoard {
    private final RecordProducer producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    public KafkaWorkerBoard(RecordProducer producer, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.producer = producer;
        this.consumers = consumers;
    }

    @Override
    public void post(WorkerStatus status) {
        producer.post(Topics.WORKERS, status.worker().value(), Wire.encode(status));
    }

    @Override
    public Subscription subscribe(java.util.function.Consumer<WorkerStatus> listener) {
        return TopicTail.start(
                Topics.WORKERS,
                Instant.EPOCH,
                consumers.get(),
                record -> {
                    if (record.value() != null) {
                        listener.accept(Wire.decode(record.value(), WorkerStatus.class));
                    }
                });
    }
}
