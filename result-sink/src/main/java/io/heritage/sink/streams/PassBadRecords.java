package io.heritage.sink.streams;

import io.heritage.schemas.Wire;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips records that cannot be read, folded or written: they are counted, logged with their place,
 * and never stop the fold. A record of a later version does stop it: a sink that skipped it would
 * answer wrongly, and lose it for newer sinks. Public because Kafka Streams creates it by name.
 */
public final class PassBadRecords
        implements DeserializationExceptionHandler,
                ProcessingExceptionHandler,
                ProductionExceptionHandler {
    /** Key of the Streams settings that holds the {@link AtomicLong} to count in. */
    static final String COUNTER = "heritage.bad.records";

    private static final Logger LOG = LoggerFactory.getLogger(PassBadRecords.class);

    private AtomicLong count = new AtomicLong();

    @Override
    public void configure(Map<String, ?> settings) {
        if (settings.get(COUNTER) instanceof AtomicLong shared) {
            count = shared;
        }
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext where, ConsumerRecord<byte[], byte[]> record, Exception e) {
        if (isOfLaterVersion(e)) {
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.toString())
                    .log("record of a later version; this sink cannot continue");
            return DeserializationExceptionHandler.Response.fail();
        }
        report("unreadable record skipped", record.topic(), record.partition(), e);
        return DeserializationExceptionHandler.Response.resume();
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext where, @Nullable Record<?, ?> record, Exception e) {
        if (e instanceof KafkaException) {
            return ProcessingExceptionHandler.Response.fail(); // not the record's fault
        }
        report("record cannot be folded; skipped", where.topic(), where.partition(), e);
        return ProcessingExceptionHandler.Response.resume();
    }

    @Override
    public ProductionExceptionHandler.Response handleError(
            ErrorHandlerContext where, ProducerRecord<byte[], byte[]> record, Exception e) {
        if (e instanceof RetriableException) {
            return ProductionExceptionHandler.Response.retry();
        }
        if (e instanceof RecordTooLargeException) {
            report("record too large to write; dropped", record.topic(), -1, e);
            return ProductionExceptionHandler.Response.resume();
        }
        return ProductionExceptionHandler.Response.fail();
    }

    private static boolean isOfLaterVersion(Throwable e) {
        return e instanceof Wire.LaterVersion
                || (e.getCause() != null && isOfLaterVersion(e.getCause()));
    }

    private void report(String what, @Nullable String topic, int partition, Exception e) {
        count.incrementAndGet();
        Throwable cause = e.getCause() == null ? e : e.getCause();
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("partition", partition)
                .addKeyValue("error", cause.toString())
                .log(what);
    }
}
