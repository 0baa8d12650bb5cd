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
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Finds jobs: in this sink's own part of the store, or the sink that has it. Any thread. */
public final class JobDirectory {
    private static final Duration FOLDED_WITHIN = Duration.ofSeconds(1);

    /** Most jobs that a page reads in one partition, matching or not; takes some milliseconds. */
    private static final int MOST_LISTED = 1_000;

    private final Waiters waiters;
    private final JobRules rules;
    private final FoldPulse pulse;
    private final FoldReach reach;
    private final FoldProgress progress;
    private final Duration onItsWay;
    private volatile @Nullable FoldStores store;

    /**
     * @param onItsWay how long a job is waited for that is not there: most are just being folded
     */
    public JobDirectory(
            Waiters waiters,
            JobRules rules,
            FoldPulse pulse,
            FoldReach reach,
            FoldProgress progress,
            Duration onItsWay) {
        this.waiters = waiters;
        this.rules = rules;
        this.pulse = pulse;
        this.reach = reach;
        this.progress = progress;
        this.onItsWay = onItsWay;
    }

    /**
     * Nothing is served before this call, because the store needs the address of this sink. Called
     * again after a restart of the fold.
     */
    public void serve(KafkaStreams streams, HostInfo self) {
        store = new FoldStores(streams, self);
    }

    /** Result of a lookup. */
    public sealed interface Found {
        record Here(TrackedJob job) implements Found {}

        record Elsewhere(HostInfo sink) implements Found {}

        record Nowhere() implements Found {}

        /** This sink had it. */
        record Expired(ExpiredJob job) implements Found {}
    }

    /**
     * The store is being opened, restored or moved, or its last events are still being folded: to
     * be asked again in a moment.
     */
    public static final class NotServing extends Exception {
        private static final long serialVersionUID = 1L;

        public NotServing(String message) {
            super(message);
        }
    }

    /**
     * A job once it meets the condition, or its state after the wait. For an unknown job it waits
     * until all records that were acknowledged before this call are folded, so that an acknowledged
     * job is found.
     *
     * @throws NotServing also if the fold has not come so far within a second, or to where the
     *     events ended when the job's partition began here
     */
    public Found await(JobId id, Duration wait, Predicate<TrackedJob> awaited)
            throws NotServing, InterruptedException {
        long start = System.nanoTime();
        FoldStores store = store();
        boolean allIsFolded = false;
        try (Waiters.Waiter waiter = waiters.open(id)) {
            while (true) {
                KeyQueryMetadata owner = store.ownerOf(id);
                if (!owner.activeHost().equals(store.self()) && !store.isHere(owner.partition())) {
                    return new Found.Elsewhere(owner.activeHost());
                }
                requireCaughtUp(progress.awaitCaughtUp(owner.partition(), FOLDED_WITHIN));
                Optional<TrackedJob> job = store.find(id, owner.partition());
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

    private static Found expired(FoldStores store, JobId id, int partition) throws NotServing {
        try {
            return ExpiredJobStore.find(store.in(partition), id)
                    .<Found>map(Found.Expired::new)
                    .orElseGet(Found.Nowhere::new);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw FoldStores.notServing(e);
        }
    }

    /** Refuses while a job may look older than what its client was told last. */
    private static void requireCaughtUp(boolean isCaughtUp) throws NotServing {
        if (!isCaughtUp) {
            throw new NotServing(
                    "the job's part of the store was taken over, and is not up to date");
        }
    }

    private boolean isAllFolded(int partition, long since) throws NotServing, InterruptedException {
        if (!reach.await(partition, since, FOLDED_WITHIN)) {
            throw new NotServing("the job's submission may not have been read yet");
        }
        return true;
    }

    /**
     * @param job found here
     * @see JobStore#parts
     */
    public ResultParts parts(TrackedJob job, int from, long maxBytes) throws NotServing {
        FoldStores store = store();
        int partition = store.ownerOf(job.id()).partition();
        requireCaughtUp(progress.isCaughtUp(partition));
        try {
            return JobStore.parts(store.in(partition), job, from, maxBytes);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw FoldStores.notServing(e);
        }
    }

    /**
     * Progress of a batch.
     *
     * @param job found here
     * @param jobs of the batch
     */
    public BatchProgress batch(JobId job, int jobs) throws NotServing {
        FoldStores store = store();
        int partition = store.ownerOf(job).partition();
        requireCaughtUp(progress.isCaughtUp(partition));
        try {
            return new BatchProgress(BatchStore.all(store.in(partition), job, jobs));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw FoldStores.notServing(e);
        }
    }

    /** Over all partitions of this sink. */
    public JobCounters counters(EndpointId endpoint) throws NotServing {
        requireCaughtUp(progress.isCaughtUp());
        try {
            return CounterStore.sum(store().all(), endpoint);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw FoldStores.notServing(e);
        }
    }

    /**
     * Jobs that a purge has cancelled, by partition: of those in this process, where it is through.
     *
     * @param partitions of the fold
     */
    public Map<Integer, Long> purged(JobId purge, int partitions) throws NotServing {
        FoldStores store = store();
        var purged = new TreeMap<Integer, Long>();
        for (int partition = 0; partition < partitions; partition++) {
            try {
                OptionalLong removed = PurgeStore.purged(store.in(partition), purge);
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
     * Waiting times of jobs in some queues, over all partitions of this sink.
     *
     * @param partitions of the fold
     * @param longerThan jobs that came in before this time count as waiting longer
     * @param atMost at least this number of them are counted, if there are as many
     */
    public QueueWaits waits(
            Collection<String> topics, int partitions, Instant now, Instant longerThan, int atMost)
            throws NotServing {
        FoldStores store = store();
        QueueWaits sum = QueueWaits.NONE;
        for (int partition = 0; partition < partitions && sum.longer() < atMost; partition++) {
            if (!store.isHere(partition)) {
                continue;
            }
            try {
                ReadOnlyKeyValueStore<String, byte[]> here = store.in(partition);
                for (String topic : topics) {
                    sum = sum.plus(JobStore.waits(here, topic, now, longerThan, atMost));
                }
            } catch (InvalidStateStoreException | IllegalStateException e) {
                throw FoldStores.notServing(e);
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
        FoldStores store = serving();
        Predicate<TrackedJob> kept = job -> job.job() != null && !rules.isExpired(job);
        var pages = new ArrayList<JobPage<T>>();
        for (int partition = 0; partition < partitions; partition++) {
            if (!store.isHere(partition)) {
                continue;
            }
            try {
                pages.add(
                        JobStore.list(
                                store.in(partition),
                                endpoint,
                                owner,
                                after,
                                kept.and(wanted),
                                shown,
                                atMost,
                                MOST_LISTED));
            } catch (InvalidStateStoreException | IllegalStateException e) {
                throw FoldStores.notServing(e);
            }
        }
        return JobPage.merged(pages, atMost);
    }

    /** All other sinks. */
    public List<HostInfo> peers() throws NotServing {
        return store().peers();
    }

    /** Whether jobs are folded and answered for. */
    public boolean isServing() {
        FoldStores present = store;
        return present != null
                && present.streams().state() == KafkaStreams.State.RUNNING
                && pulse.isBeating()
                && progress.isCaughtUp()
                && present.isKnownToOthers();
    }

    /** Required before answers about all jobs of this sink: none may be missing. */
    private FoldStores serving() throws NotServing {
        if (!isServing()) {
            throw new NotServing("the fold of job states is starting, restoring, moving or stuck");
        }
        return store();
    }

    private FoldStores store() throws NotServing {
        FoldStores present = store;
        if (present == null) {
            throw new NotServing("the sink is starting");
        }
        return present;
    }
}
