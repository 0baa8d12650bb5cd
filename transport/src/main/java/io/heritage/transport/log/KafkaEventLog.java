package io.heritage.transport.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.ChunkFormat;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events keyed by job id, in the default partitioner's partition, where Streams finds them. */
public final class KafkaEventLog implements EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);

    /** Records of a partition that are read at one redelivery, about 40 MB. */
    static final long MOST_READ = 100_000;

    private final RecordProducer producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    public KafkaEventLog(RecordProducer producer, Supplier<Consumer<byte[], byte[]>> consumers) {
        this.producer = producer;
        this.consumers = consumers;
    }

    @Override
    public void append(JobEvent event) {
        send(event).await();
    }

    @Override
    public Sent send(JobEvent event) {
        return producer.sendTraced(
                Topics.EVENTS, event.jobId().value(), null, _ -> Wire.encode(event));
    }

    @Override
    public void appendEverywhere(JobEvent.QueuePurged event) {
        producer.sendEverywhereAndWait(Topics.EVENTS, event.jobId().value(), Wire.encode(event));
    }

    @Override
    public void post(JobEvent event) {
        producer.post(Topics.EVENTS, event.jobId().value(), Wire.encode(event));
    }

    @Override
    public Subscription follow(EventListener listener) {
        return new EventTail(consumers, listener).start();
    }

    @Override
    public List<JobEvent> history(JobId id, Instant since) {
        byte[] key = ChunkFormat.utf8(id.value());
        var partition = new TopicPartition(Topics.EVENTS, partitionOf(key));
        var events = new ArrayList<JobEvent>();
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            new BoundedTopicReader(consumer, List.of(partition))
                    .readToEnd(
                            since,
                            MOST_READ,
                            record -> {
                                if (Arrays.equals(key, record.key()) || isPurge(record)) {
                                    addDecoded(record, events);
                                }
                            });
        } catch (KafkaException e) {
            throw new TransportUnavailable("cannot read the events of " + id, e);
        }
        return events;
    }

    private static boolean isPurge(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return key != null && JobId.isPurge(new String(key, UTF_8));
    }

    /** The default partitioner's choice for a key. */
    private int partitionOf(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % producer.partitionsOf(Topics.EVENTS);
    }

    private static void addDecoded(ConsumerRecord<byte[], byte[]> record, List<JobEvent> events) {
        try {
            events.add(Wire.decode(record.value(), JobEvent.class));
        } catch (UncheckedIOException e) {
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.toString())
                    .log("unreadable event skipped");
        }
    }
}
