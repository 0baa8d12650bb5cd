package io.heritage.sink.fold;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a job's record lies in its queue.
 *
 * @param topic of the queue, which has one partition
 */
record QueuePlace(String topic, long offset) {
    private static final String TOPIC = "heritage.queue.topic";
    private static final String OFFSET = "heritage.queue.offset";

    /** As {@link Stamp} has written it; empty if a version before it has passed the record on. */
    static Optional<QueuePlace> of(Headers headers) {
        Header topic = headers.lastHeader(TOPIC);
        Header offset = headers.lastHeader(OFFSET);
        return topic == null || offset == null
                ? Optional.empty()
                : Optional.of(
                        new QueuePlace(
                                new String(topic.value(), StandardCharsets.UTF_8),
                                ByteBuffer.wrap(offset.value()).getLong()));
    }

    /** Writes its place into the headers of a submission, before it is spread by job id. */
    static final class Stamp implements FixedKeyProcessor<String, Fact, Fact> {
        private @Nullable FixedKeyProcessorContext<String, Fact> context;

        @Override
        public void init(FixedKeyProcessorContext<String, Fact> context) {
            this.context = context;
        }

        @Override
        public void process(FixedKeyRecord<String, Fact> record) {
            FixedKeyProcessorContext<String, Fact> present = Objects.requireNonNull(context);
            present.recordMetadata().ifPresent(place -> stamp(record.headers(), place));
            present.forward(record);
        }

        private static void stamp(Headers headers, RecordMetadata place) {
            headers.remove(TOPIC).remove(OFFSET);
            headers.add(TOPIC, place.topic().getBytes(StandardCharsets.UTF_8));
            headers.add(OFFSET, ByteBuffer.allocate(Long.BYTES).putLong(place.offset()).array());
        }
    }
}
