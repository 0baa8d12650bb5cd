package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.kafka.Topics;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * Submissions of all endpoints, lanes and shards, also those that come later and those that wait
 * for their owner's turn, repartitioned by job id, and the events of all jobs meet in one processor
 * with one store.
 */
public final class JobTopology {
    /** The store of the fold, with a changelog. */
    public static final String STORE = JobStore.STORE;

    private final Collection<EndpointId> endpoints;
    private final int partitions;
    private final QueueStarts queues;
    private final ProcessorSupplier<String, Fact, String, Outgoing> fold;
    private final Set<EndpointId> modelLanes;

    /**
     * @param partitions of {@code heritage.events}, which submissions are spread over alike
     * @param modelLanes endpoints with lanes of models, in which their jobs are queued again
     */
    public JobTopology(
            Collection<EndpointId> endpoints,
            int partitions,
            QueueStarts queues,
            ProcessorSupplier<String, Fact, String, Outgoing> fold,
            Set<EndpointId> modelLanes) {
        this.endpoints = endpoints;
        this.partitions = partitions;
        this.queues = queues;
        this.fold = fold;
        this.modelLanes = Set.copyOf(modelLanes);
    }

    public StreamsBuilder addTo(StreamsBuilder builder) {
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(JobStore.STORE),
                                Serdes.String(),
                                Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingEnabled(Map.of()));
        submissions(builder)
                .merge(events(builder), Named.as("facts"))
                .process(fold, Named.as("fold"), JobStore.STORE)
                .to(
                        (_, outgoing, _) -> outgoing.topic(modelLanes),
                        Produced.with(Serdes.String(), Outgoing.serde()).withName("say"));
        return builder;
    }

    private KStream<String, Fact> submissions(StreamsBuilder builder) {
        var submitted = Fact.serde(Job.class);
        return builder.stream(
                        Topics.everyQueue(endpoints),
                        Consumed.with(Serdes.String(), submitted).withName("submissions"))
                .process(() -> new QueueReader(queues), Named.as("submissions-place"))
                .repartition(
                        Repartitioned.<String, Fact>as("submissions")
                                .withKeySerde(Serdes.String())
                                .withValueSerde(submitted)
                                .withStreamPartitioner(QueueReader.partitioner())
                                .withNumberOfPartitions(partitions));
    }

    private static KStream<String, Fact> events(StreamsBuilder builder) {
        return builder.stream(
                        Topics.EVENTS,
                        Consumed.with(Serdes.String(), Fact.serde(JobEvent.class))
                                .withName("events"))
                .filter((id, fact) -> id != null && fact != null, Named.as("events-readable"));
    }
}
