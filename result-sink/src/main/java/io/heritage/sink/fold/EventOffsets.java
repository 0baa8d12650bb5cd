package io.heritage.sink.fold;

import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Reads from Kafka the end offsets of the events, and the sinks' committed ones. Any thread. */
public final class EventOffsets {
    private final Admin admin;
    private final List<TopicPartition> partitions;

    /**
     * @param admin stays open
     * @param partitions of the events
     */
    public EventOffsets(Admin admin, int partitions) {
        this.admin = admin;
        this.partitions =
                IntStream.range(0, partitions)
                        .mapToObj(p -> new TopicPartition(Topics.EVENTS, p))
                        .toList();
    }

    /**
     * The offset after the last acknowledged event, by partition; 0 where nothing is left to be
     * read.
     *
     * @throws TransportUnavailable if Kafka does not answer in time
     */
    Map<Integer, Long> ends() throws InterruptedException {
        Map<TopicPartition, Long> latest = offsets(OffsetSpec.latest());
        Map<TopicPartition, Long> earliest = offsets(OffsetSpec.earliest());
        var ends = new HashMap<Integer, Long>();
        latest.forEach((partition, end) ->
                ends.put(partition.partition(), end.equals(earliest.get(partition)) ? 0 : end));
        return ends;
    }

    private Map<TopicPartition, Long> offsets(OffsetSpec which) throws InterruptedException {
        try {
            return admin
                    .listOffsets(
                            partitions.stream()
                                    .collect(Collectors.toMap(Function.identity(), _ -> which)))
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
        } catch (ExecutionException e) {
            throw new TransportUnavailable("cannot read the end offsets of events", e);
        }
    }

    /**
     * The sinks' committed offsets by partition; events before them are folded, and in the
     * changelog. Leaves out partitions without a committed offset.
     *
     * @throws TransportUnavailable if Kafka does not answer in time
     */
    Map<Integer, Long> committed() throws InterruptedException {
        return committed(admin).entrySet().stream()
                .filter(offset -> offset.getKey().topic().equals(Topics.EVENTS))
                .collect(Collectors.toMap(e -> e.getKey().partition(), Map.Entry::getValue));
    }

    /** As {@link #committed()}, for all topics that the sinks read. */
    static Map<TopicPartition, Long> committed(Admin admin) throws InterruptedException {
        var committed = new HashMap<TopicPartition, Long>();
        try {
            admin.listConsumerGroupOffsets(StreamsSettings.APPLICATION)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
        } catch (ExecutionException e) {
            throw new TransportUnavailable("cannot read the sinks' committed offsets", e);
        }
        return committed;
    }
}
