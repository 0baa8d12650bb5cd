package io.heritage.sink.fold;

import io.heritage.sink.queue.QueuePlace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads the queues on behalf of the fold. Gives each submission its place, before it is spread by
 * job id, and tells all partitions how far the queues have been read, ten times a second while they
 * are. Runs on a stream thread.
 */
final class QueueReader implements Processor<String, @Nullable Fact, String, Fact> {
    private static final Duration TELLS = Duration.ofMillis(100);
    private static final String TO_ALL = "passed";

    private final QueueStarts queues;
    private final Map<String, Long> passed = new HashMap<>();
    private Map<String, Long> told = Map.of();
    private @Nullable ProcessorContext<String, Fact> context;

    QueueReader(QueueStarts queues) {
        this.queues = queues;
    }

    /** Broadcasts {@link Fact.QueuesPassed}; routes submissions by job id. */
    static StreamPartitioner<String, Fact> partitioner() {
        return (_, _, fact, partitions) ->
                fact instanceof Fact.QueuesPassed
                        ? Optional.of(
                                IntStream.range(0, partitions)
                                        .boxed()
                                        .collect(Collectors.toUnmodifiableSet()))
                        : Optional.empty();
    }

    @Override
    public void init(ProcessorContext<String, Fact> context) {
        this.context = context;
        context.schedule(TELLS, PunctuationType.WALL_CLOCK_TIME, this::tell);
    }

    @Override
    public void process(Record<String, @Nullable Fact> record) {
        Optional<RecordMetadata> where = context().recordMetadata();
        Fact fact = record.value();
        if (record.key() != null && fact != null) {
            where.ifPresent(at -> new QueuePlace(at.topic(), at.offset()).stamp(record.headers()));
            context().forward(record.withValue(fact));
        }
        where.ifPresent(at -> passed.merge(at.topic(), at.offset() + 1, Math::max));
    }

    /** Records before a committed offset were read too, by this process or another one. */
    private void tell(long timestamp) {
        queues.read().forEach((topic, offset) -> passed.merge(topic, offset, Math::max));
        if (!passed.equals(told)) {
            told = Map.copyOf(passed);
            context().forward(new Record<>(TO_ALL, new Fact.QueuesPassed(told), timestamp));
        }
    }

    private ProcessorContext<String, Fact> context() {
        return Objects.requireNonNull(context);
    }
}
