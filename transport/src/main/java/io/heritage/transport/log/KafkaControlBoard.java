package io.heritage.transport.log;

import io.heritage.schemas.Control;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Controls in a compacted topic. Switching back writes the new state and then a deletion: workers
 * have new names at each start, so states would pile up.
 */
public final class KafkaControlBoard implements ControlBoard {
    private final RecordProducer producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    public KafkaControlBoard(
            RecordProducer producer, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.producer = producer;
        this.consumers = consumers;
    }

    @Override
    public void set(Control control) {
        producer.sendAndWait(Topics.CONTROLS, control.key(), Wire.encode(control));
        if (control.isUsual()) {
            producer.delete(Topics.CONTROLS, control.key());
        }
    }

    @Override
    public Subscription subscribe(java.util.function.Consumer<Control> listener) {
        return TopicTail.start(
                Topics.CONTROLS,
                Instant.EPOCH,
                consumers.get(),
                record -> {
                    if (record.value() != null) {
                        listener.accept(Wire.decode(record.value(), Control.class));
                    }
                });
    }
}
