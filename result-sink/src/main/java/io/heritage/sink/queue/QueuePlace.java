package io.heritage.sink.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Place of a job's record in its queue.
 *
 * @param topic of the queue, which has one partition
 */
public record QueuePlace(String topic, long offset) {
    public static final Comparator<QueuePlace> IN_ORDER =
            Comparator.comparing(QueuePlace::topic).thenComparingLong(QueuePlace::offset);

    private static final String TOPIC = "heritage.queue.topic";
    private static final String OFFSET = "heritage.queue.offset";

    /** Reads what {@link #stamp} wrote; empty if an older version passed the record on. */
    public static Optional<QueuePlace> of(Headers headers) {
        Header topic = headers.lastHeader(TOPIC);
        Header offset = headers.lastHeader(OFFSET);
        return topic == null || offset == null
                ? Optional.empty()
                : Optional.of(
                        new QueuePlace(
                                new String(topic.value(), StandardCharsets.UTF_8),
                                ByteBuffer.wrap(offset.value()).getLong()));
    }

    /** Writes it into the headers of a submission, before that is spread by job id. */
    public void stamp(Headers headers) {
        headers.remove(TOPIC).remove(OFFSET);
        headers.add(TOPIC, topic.getBytes(StandardCharsets.UTF_8));
        headers.add(OFFSET, ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
    }
}
