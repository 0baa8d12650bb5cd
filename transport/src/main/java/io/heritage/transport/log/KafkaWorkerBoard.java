package io.heritage.transport.log;

import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.kafka.Topics;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Heartbeats in a compacted topic. */
public final class KafkaWorkerBoard implements WorkerBoard {
    private final Supplier<RecordProducer> producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    /**
     * @param producer of heartbeats alone, so that no event of a job waits behind one; asked for
     *     when the first is posted
     */
    public KafkaWorkerBoard(
            Supplier<RecordProducer> producer, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.producer = producer;
        this.consumers = consumers;
    }

    @Override
    public void post(WorkerStatus status) {
        producer.get().post(Topics.WORKERS, status.worker().value(), Wire.encode(status));
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
