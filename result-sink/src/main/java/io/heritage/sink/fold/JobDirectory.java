package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.store.BatchProgress;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.ExpiredJob;
import io.heritage.sink.store.ExpiredJobStore;
import io.heritage.sink.store.JobCounters;
import io.heritage.sink.store.JobPage;
import io.heritage.sink.store.ResultParts;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
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
import org.jspecify.annotations.Nullable;

/** Finds jobs: in this sink's own part of the store, or the sink that has it. Any thread. */
public final class JobDirectory {
    private static final Duration FOLDED_WITHIN = Duration.ofSeconds(1);

    /** Jobs that a page looks at in one partition, wanted or not; some milliseconds. */
    private static final int MOST_LISTED = 1_000;

    private final Waiters waiters;
    private final JobRules rules;
    private final FoldPulse pulse;
    private final FoldReach reach;
    private final Duration onItsWay;
    private volatile @Nullable Store store;

    /**
     * @param onItsWay how long a job is waited for that is not there: most are just being folded
     */
    public JobDirectory(
            Waiters waiters, JobRules rules, FoldPulse pulse, FoldReach reach, Duration onItsWay) {
        this.waiters = waiters;
        this.rules = rules;
        this.pulse = pulse;
        this.reach = reach;
        this.onItsWay = onItsWay;
    }

    private record Store(KafkaStreams streams, HostInfo self) {}

    /**
     * Until this is called nothing is served: the store needs to know where requests are taken.
     * Called again when the fold was started anew.
     */
    public void serve(KafkaStreams streams, HostInfo self) {
        store = new Store(streams, self);
    }

    /** Where a job was found. */
    public sealed interface Found {
        record Here(TrackedJob job) implements Found {}

        record Elsewhere(HostInfo sink) implements Found {}

        record Nowhere() implements Found {}

        /** It was here. */
        record Expired(ExpiredJob job) implements Found {}
    }

    /** The store is being opened, restored or moved: to be asked again in a moment. */
    public static final class NotServing extends Exception {
        private static final long serialVersionUID = 1L;

        public NotServing(String message) {
            super(message);
        }
    }

    /**
     * A job once it is as asked for, or as it stands when the wait is over. One that is not there
     * is waited for until all that was acknowledged before this call is folded, so that a job which
     * was is found.
     *
     * @throws NotServing also if the fold has not come so far within a second
     */
    public Found await(JobId id, Duration wait, Predicate<TrackedJob> awaited)
            throws NotServing, InterruptedException {
        long start = System.nanoTime();
        Store store = store();
        boolean allIsFolded = false;
        try (Waiters.Waiter waiter = waiters.open(id)) {
            while (true) {
                KeyQueryMetadata owner = ownerOf(store, id);
                if (!owner.activeHost().equals(store.self()) && !isHere(store, owner.partition())) {
                    return new Found.Elsewhere(owner.activeHost());
                }
                Optional<TrackedJob> job = find(store, id, owner.partition());
                if (job.filter(rules::isExpired).isPresent()) {
                    return job.flatMap(rules::leftOf)
                            .<Found>map(Found.Expired::new)
                            .orElseGet(Found.Nowhere::new);
                }
                Duration waited = Duration.ofNanos(System.nanoTime() - start);
                if (job.filter(found -> found.job() != null).isPresent()) {
                    Duration left = wait.minus(waited);
                    if (awaited.test(job.get()) || !left.isPositive()) {
                        return new Found.Here(job.get());
                    }
                    waiter.await(left);
                } else if (allIsFolded) {
                    return expired(store, id, owner.partition());
                } else if (onItsWay.compareTo(waited) > 0) {
                    waiter.await(onItsWay.minus(waited));
                } else {
                    allIsFolded = isAllFolded(owner.partition(), start);
                }
            }
        }
    }

    private static Found expired(Store store, JobId id, int partition) throws NotServing {
        try {
            return ExpiredJobStore.find(
                            store.streams().store(parameters().withPartition(partition)), id)
                    .<Found>map(Found.Expired::new)
                    .orElseGet(Found.Nowhere::new);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    private boolean isAllFolded(int partition, long since) throws NotServing, InterruptedException {
        if (!reach.await(partition, since, FOLDED_WITHIN)) {
            throw new NotServing("the job may be among those that are still to be read");
        }
        return true;
    }

    /**
     * @param job found here
     * @see JobStore#parts
     */
    public ResultParts parts(TrackedJob job, int from, long maxBytes) throws NotServing {
        Store store = store();
        int partition = ownerOf(store, job.id()).partition();
        try {
            return JobStore.parts(
                    store.streams().store(parameters().withPartition(partition)),
                    job,
                    from,
                    maxBytes);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    /**
     * How far a batch has come.
     *
     * @param job found here
     * @param jobs of the batch
     */
    public BatchProgress batch(JobId job, int jobs) throws NotServing {
        Store store = store();
        int partition = ownerOf(store, job).partition();
        try {
            return new BatchProgress(
                    BatchStore.all(
                            store.streams().store(parameters().withPartition(partition)),
                            job,
                            jobs));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    /** Over all partitions of this sink. */
    public JobCounters counters(EndpointId endpoint) throws NotServing {
        try {
            return CounterStore.sum(store().streams().store(parameters()), endpoint);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    /**
     * Jobs that a purge has cancelled, by partition: of those in this process, where it is through.
     *
     * @param partitions of the fold
     */
    public Map<Integer, Long> purged(JobId purge, int partitions) throws NotServing {
        Store store = store();
        var purged = new TreeMap<Integer, Long>();
        for (int partition = 0; partition < partitions; partition++) {
            try {
                OptionalLong removed =
                        PurgeStore.purged(
                                store.streams().store(parameters().withPartition(partition)),
                                purge);
                if (removed.isPresent()) {
                    purged.put(partition, removed.getAsLong());
                }
            } catch (InvalidStateStoreException | IllegalStateException elsewhere) {
                continue;
            }
        }
        return purged;
    }

    /**
     * How long jobs wait in some queues, over all partitions of this sink.
     *
     * @param partitions of the fold
     * @param longerThan a job that came in before has waited longer
     * @param atMost how many of those are counted, at least
     */
    public QueueWaits waits(
            Collection<String> topics, int partitions, Instant now, Instant longerThan, int atMost)
            throws NotServing {
        Store store = store();
        QueueWaits sum = QueueWaits.NONE;
        for (int partition = 0; partition < partitions && sum.longer() < atMost; partition++) {
            if (!isHere(store, partition)) {
                continue;
            }
            try {
                ReadOnlyKeyValueStore<String, byte[]> here =
                        store.streams().store(parameters().withPartition(partition));
                for (String topic : topics) {
                    sum = sum.plus(JobStore.waits(here, topic, now, longerThan, atMost));
                }
            } catch (InvalidStateStoreException | IllegalStateException e) {
                throw notServing(e);
            }
        }
        return sum;
    }

    /**
     * Jobs of an owner at an endpoint that are in this process, newest first.
     *
     * @param after where the page before ended; empty for the first
     * @param shown what is kept of a job
     * @param partitions of the fold
     */
    public <T> JobPage<T> list(
            EndpointId endpoint,
            String owner,
            String after,
            Predicate<TrackedJob> wanted,
            Function<TrackedJob, T> shown,
            int atMost,
            int partitions)
            throws NotServing {
        Store store = serving();
        Predicate<TrackedJob> kept = job -> job.job() != null && !rules.isExpired(job);
        var pages = new ArrayList<JobPage<T>>();
        for (int partition = 0; partition < partitions; partition++) {
            if (!isHere(store, partition)) {
                continue;
            }
            try {
                pages.add(
                        JobStore.list(
                                store.streams().store(parameters().withPartition(partition)),
                                endpoint,
                                owner,
                                after,
                                kept.and(wanted),
                                shown,
                                atMost,
                                MOST_LISTED));
            } catch (InvalidStateStoreException | IllegalStateException e) {
                throw notServing(e);
            }
        }
        return JobPage.merged(pages, atMost);
    }

    /** All other sinks. */
    public List<HostInfo> peers() throws NotServing {
        Store store = store();
        return store.streams().metadataForAllStreamsClients().stream()
                .map(StreamsMetadata::hostInfo)
                .filter(host -> !host.equals(store.self()))
                .toList();
    }

    /** Whether jobs are folded and answered for. */
    public boolean isServing() {
        Store present = store;
        return present != null
                && present.streams().state() == KafkaStreams.State.RUNNING
                && pulse.isBeating()
                && isKnownToOthers(present);
    }

    /**
     * A sink that comes back under its name is given what it had at once, and the address that it
     * had: with a new port, others and itself hear of it in the rebalance that follows.
     */
    private static boolean isKnownToOthers(Store store) {
        try {
            return store.streams().metadataForAllStreamsClients().stream()
                            .anyMatch(client -> client.hostInfo().equals(store.self()))
                    || store.streams().metadataForLocalThreads().stream()
                            .allMatch(thread -> thread.activeTasks().isEmpty());
        } catch (InvalidStateStoreException | IllegalStateException closing) {
            return false;
        }
    }

    private static boolean isHere(Store store, int partition) {
        var events = new TopicPartition(Topics.EVENTS, partition);
        try {
            return store.streams().metadataForLocalThreads().stream()
                    .flatMap(thread -> thread.activeTasks().stream())
                    .anyMatch(task -> task.topicPartitions().contains(events));
        } catch (InvalidStateStoreException | IllegalStateException closing) {
            return false;
        }
    }

    /** For questions about all jobs of this sink: none may be missing. */
    private Store serving() throws NotServing {
        if (!isServing()) {
            throw new NotServing("the fold of job states is starting, restoring, moving or stuck");
        }
        return store();
    }

    private Store store() throws NotServing {
        Store present = store;
        if (present == null) {
            throw new NotServing("the sink is starting");
        }
        return present;
    }

    private static KeyQueryMetadata ownerOf(Store store, JobId id) throws NotServing {
        try {
            KeyQueryMetadata owner =
                    store.streams()
                            .queryMetadataForKey(
                                    JobStore.STORE, id.value(), Serdes.String().serializer());
            if (owner == null || owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
                throw new NotServing("no sink has the job's part of the store yet");
            }
            return owner;
        } catch (UnknownStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    private static Optional<TrackedJob> find(Store store, JobId id, int partition)
            throws NotServing {
        try {
            return JobStore.find(store.streams().store(parameters().withPartition(partition)), id);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw notServing(e);
        }
    }

    private static StoreQueryParameters<ReadOnlyKeyValueStore<String, byte[]>> parameters() {
        return StoreQueryParameters.fromNameAndType(
                JobStore.STORE, QueryableStoreTypes.keyValueStore());
    }

    private static NotServing notServing(RuntimeException e) {
        return new NotServing("the store is being opened, restored or moved: " + e.getMessage());
    }
}
