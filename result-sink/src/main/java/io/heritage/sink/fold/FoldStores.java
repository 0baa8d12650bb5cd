package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.transport.kafka.Topics;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.UnknownStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The stores of the partitions of the fold that are in this process, and which sink has the others.
 * Any thread.
 *
 * @param self where other sinks reach this one
 */
record FoldStores(KafkaStreams streams, HostInfo self) {
    /**
     * @throws InvalidStateStoreException if it is not here, or not opened yet
     */
    ReadOnlyKeyValueStore<String, byte[]> in(int partition) {
        return streams.store(parameters().withPartition(partition));
    }

    /**
     * All local stores as one.
     *
     * @throws InvalidStateStoreException if one of them is not opened yet
     */
    ReadOnlyKeyValueStore<String, byte[]> all() {
        return streams.store(parameters());
    }

    private static StoreQueryParameters<ReadOnlyKeyValueStore<String, byte[]>> parameters() {
        return StoreQueryParameters.fromNameAndType(
                JobStore.STORE, QueryableStoreTypes.keyValueStore());
    }

    Optional<TrackedJob> find(JobId id, int partition) throws NotServing {
        try {
            return JobStore.find(in(partition), id);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    KeyQueryMetadata ownerOf(JobId id) throws NotServing {
        try {
            KeyQueryMetadata owner =
                    streams.queryMetadataForKey(
                            JobStore.STORE, id.value(), Serdes.String().serializer());
            if (owner == null || owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
                throw new NotServing("no sink has the job's part of the store yet");
            }
            return owner;
        } catch (UnknownStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    boolean isHere(int partition) {
        var events = new TopicPartition(Topics.EVENTS, partition);
        try {
            return streams.metadataForLocalThreads().stream()
                    .flatMap(thread -> thread.activeTasks().stream())
                    .anyMatch(task -> task.topicPartitions().contains(events));
        } catch (InvalidStateStoreException | IllegalStateException closing) {
            return false;
        }
    }

    /** All other sinks. */
    List<HostInfo> peers() {
        return streams.metadataForAllStreamsClients().stream()
                .map(StreamsMetadata::hostInfo)
                .filter(host -> !host.equals(self))
                .toList();
    }

    /**
     * A sink that comes back under its name is given what it had at once, and the address that it
     * had: with a new port, others and itself hear of it in the rebalance that follows.
     */
    boolean isKnownToOthers() {
        try {
            return streams.metadataForAllStreamsClients().stream()
                            .anyMatch(client -> client.hostInfo().equals(self))
                    || streams.metadataForLocalThreads().stream()
                            .allMatch(thread -> thread.activeTasks().isEmpty());
        } catch (InvalidStateStoreException | IllegalStateException closing) {
            return false;
        }
    }

    static NotServing notServing(RuntimeException e) {
        return new NotServing("the store is being opened, restored or moved: " + e.getMessage());
    }
}
