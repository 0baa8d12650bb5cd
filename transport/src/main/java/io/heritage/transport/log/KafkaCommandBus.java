package io.heritage.transport.log;

import io.heritage.schemas.Command;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Sends commands through a topic that every processor reads in full. */
public final class KafkaCommandBus implements CommandBus {
    private final RecordProducer producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Clock clock;

    public KafkaCommandBus(
            RecordProducer producer, Supplier<Consumer<byte[], byte[]>> consumers, Clock clock) {
        this.producer = producer;
        this.consumers = consumers;
        this.clock = clock;
    }

    @Override
    public void broadcast(Command command) {
        producer.sendAndWait(Topics.COMMANDS, command.jobId().value(), Wire.encode(command));
    }

    @Override
    public Subscription subscribe(Duration past, java.util.function.Consumer<Command> listener) {
        return TopicTail.start(
                Topics.COMMANDS,
                clock.instant().minus(past),
                consumers.get(),
                record -> listener.accept(Wire.decode(record.value(), Command.class)));
    }
}
