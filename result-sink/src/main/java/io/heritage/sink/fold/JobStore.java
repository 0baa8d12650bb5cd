package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.ExpiredJob;
import io.heritage.sink.store.ExpiredJobStore;
import io.heritage.sink.store.JobPage;
import io.heritage.sink.store.JobsByDeadline;
import io.heritage.sink.store.JobsByOwner;
import io.heritage.sink.store.JobsByPlace;
import io.heritage.sink.store.ResultPartStore;
import io.heritage.sink.store.ResultParts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one partition, in <b>one</b> store under keys of thirteen kinds:
 *
 * <ul>
 *   <li>{@code JOBID}: what changes, a {@link TrackedJob} without its submission;
 *   <li>{@code *JOBID}: the submission, written once;
 *   <li>{@code (JOBID}: index of jobs whose webhook is to be called;
 *   <li>{@code %}: the parts of results, see {@link ResultPartStore};
 *   <li>{@code !}, {@code &}, {@code .} and {@code /}: indexes, see {@link JobsByDeadline}, {@link
 *       JobsByPlace} and {@link JobsByOwner};
 *   <li>{@code ~}: that there was a job whose retention is over, see {@link ExpiredJobStore};
 *   <li>{@code #}: counters, see {@link CounterStore};
 *   <li>{@code +}: what purges have done, and {@code '}: how far the queues have been folded, see
 *       {@link PurgeStore};
 *   <li>{@code ,}: what divided jobs know of their parts, see {@link
 *       io.heritage.sink.store.DivisionStore};
 *   <li>{@code ;}: what batches know of their jobs, see {@link io.heritage.sink.store.BatchStore}.
 * </ul>
 *
 * <p>One store has one changelog, whose records survive a crash up to some point and not beyond.
 * All else is written before the job, so what can be left over from a crash is a part or an index
 * entry too many or a counter ahead by one change it remembers, never a job that is not looked
 * after.
 *
 * <p>Used by the stream thread that owns the partition.
 */
final class JobStore {
    static final String STORE = "jobs";
    private static final String WEBHOOK = "(";
    private static final String AFTER_WEBHOOKS = ")";
    private static final String SUBMISSION = "*";
    private static final String AFTER_SUBMISSIONS = "+";
    private static final byte[] NOTHING = {};

    private final KeyValueStore<String, byte[]> store;
    private final JobsByPlace byPlace;
    private final JobsByDeadline byDeadline;
    private final CounterStore counters;
    private final ResultPartStore parts;
    private final ExpiredJobStore expired;

    /**
     * @param places of the jobs in it that wait; filled here
     */
    JobStore(KeyValueStore<String, byte[]> store, WaitingPlaces places) {
        this(store, places, (_, _) -> {});
    }

    /**
     * @param found hears of the places where jobs wait, with the owner; of the owner nothing if it
     *     was not stored
     */
    JobStore(
            KeyValueStore<String, byte[]> store,
            WaitingPlaces places,
            BiConsumer<QueuePlace, String> found) {
        this.store = store;
        this.byPlace = new JobsByPlace(store, places, found);
        this.byDeadline = new JobsByDeadline(store);
        this.counters = new CounterStore(store);
        this.parts = new ResultPartStore(store);
        this.expired = new ExpiredJobStore(store);
    }

    /** Once in the life of a store, some seconds for a million jobs. */
    void listJobsOfFormerVersions() {
        if (store.get(JobsByOwner.COMPLETE) != null) {
            return;
        }
        try (var jobs = store.range(SUBMISSION, AFTER_SUBMISSIONS)) {
            while (jobs.hasNext()) {
                KeyValue<String, byte[]> entry = jobs.next();
                if (entry.key.startsWith(SUBMISSION)) {
                    store.put(JobsByOwner.key(Wire.decode(entry.value, Job.class)), NOTHING);
                }
            }
        }
        store.put(JobsByOwner.COMPLETE, NOTHING);
    }

    JobsByPlace byPlace() {
        return byPlace;
    }

    CounterStore counters() {
        return counters;
    }

    ResultPartStore parts() {
        return parts;
    }

    ExpiredJobStore expired() {
        return expired;
    }

    @Nullable TrackedJob get(JobId id) {
        byte[] bytes = store.get(id.value());
        if (bytes == null) {
            return null;
        }
        TrackedJob tracked = Wire.decode(bytes, TrackedJob.class);
        if (tracked.job() != null) { // versions before kept the submission with what changes
            store.put(SUBMISSION + id.value(), Wire.encode(tracked.job()));
            store.put(JobsByOwner.key(tracked.job()), NOTHING);
            return tracked;
        }
        return withJob(store, tracked);
    }

    /** The changing part of a job, without its submission. */
    @Nullable TrackedJob withoutSubmission(JobId id) {
        byte[] bytes = store.get(id.value());
        return bytes == null ? null : Wire.decode(bytes, TrackedJob.class);
    }

    /** Also used by threads that answer requests, over all partitions of this process. */
    static Optional<TrackedJob> find(ReadOnlyKeyValueStore<String, byte[]> store, JobId id) {
        byte[] bytes = store.get(id.value());
        return Optional.ofNullable(bytes)
                .map(found -> withJob(store, Wire.decode(found, TrackedJob.class)));
    }

    private static TrackedJob withJob(
            ReadOnlyKeyValueStore<String, byte[]> store, TrackedJob tracked) {
        byte[] job = tracked.job() == null ? store.get(SUBMISSION + tracked.id().value()) : null;
        return job == null ? tracked : tracked.withJob(Wire.decode(job, Job.class));
    }

    /**
     * Parts of a job's last attempt. Any thread.
     *
     * @see ResultPartStore#read
     */
    static ResultParts parts(
            ReadOnlyKeyValueStore<String, byte[]> store, TrackedJob job, int from, long maxBytes) {
        return ResultPartStore.read(
                store, job.id(), job.attempt(), job.partsSoFar().ready(), from, maxBytes);
    }

    /**
     * Jobs of an owner that are wanted. Any thread.
     *
     * @see JobsByOwner#list
     */
    static <T> JobPage<T> list(
            ReadOnlyKeyValueStore<String, byte[]> store,
            EndpointId endpoint,
            String owner,
            String after,
            Predicate<TrackedJob> wanted,
            Function<TrackedJob, T> shown,
            int atMost,
            int mostSeen) {
        return JobsByOwner.list(
                store,
                endpoint,
                owner,
                after,
                id -> find(store, id).filter(wanted).map(shown),
                atMost,
                mostSeen);
    }

    /**
     * Waiting times of jobs in a queue. Any thread, one partition.
     *
     * @see JobsByPlace#waits
     */
    static QueueWaits waits(
            ReadOnlyKeyValueStore<String, byte[]> store,
            String topic,
            Instant now,
            Instant longerThan,
            int atMost) {
        return JobsByPlace.waits(store, topic, id -> seenAt(store, id), now, longerThan, atMost);
    }

    private static Optional<Instant> seenAt(ReadOnlyKeyValueStore<String, byte[]> store, JobId id) {
        return Optional.ofNullable(store.get(id.value()))
                .flatMap(job -> Optional.ofNullable(Wire.decode(job, TrackedJob.class).seenAt()));
    }

    /**
     * Stores a job and keeps indexes and counters in step.
     *
     * @param next when to look at it again; while its state stays the same an earlier entry of the
     *     index stays, and what is found then is not due yet
     */
    void put(TrackedJob before, TrackedJob after, Instant next) {
        Instant current = after.deadline();
        boolean stays = before.state().getClass().equals(after.state().getClass());
        write(
                before,
                after,
                current != null && stays && current.isBefore(next) ? current : next,
                true);
    }

    /** The same for a job that {@link CounterStore#countPurged} has counted. */
    void putCounted(TrackedJob before, TrackedJob after, Instant next) {
        write(before, after, next, false);
    }

    /** Stores a job whose index entry has just been looked at. */
    void putLooked(TrackedJob before, TrackedJob after, Instant next) {
        write(before, after, next, true);
    }

    /** The entry under its deadline goes last: what a crash leaves is found there again. */
    void remove(TrackedJob job) {
        parts.drop(job.id());
        if (job.job() != null && job.job().part() == null) {
            store.delete(JobsByOwner.key(job.job()));
        }
        if (job.place() != null) {
            byPlace.remove(job.place(), job.id());
        }
        store.delete(SUBMISSION + job.id().value());
        store.delete(WEBHOOK + job.id().value());
        store.delete(job.id().value());
        if (job.deadline() != null) {
            store.delete(JobsByDeadline.key(job.deadline(), job.id()));
        }
    }

    /** Removes a job; its {@link ExpiredJob}, if any, stays under a deadline of its own. */
    void remove(TrackedJob job, ExpiredJob left) {
        expired.put(left);
        remove(job);
    }

    /** Jobs whose webhook is to be called, now or later. */
    List<JobId> webhooksPending() {
        var pending = new ArrayList<JobId>();
        try (var entries = store.range(WEBHOOK, AFTER_WEBHOOKS)) {
            entries.forEachRemaining(entry -> pending.add(new JobId(entry.key.substring(1))));
        }
        return pending;
    }

    List<JobsByDeadline.Due> due(Instant now, int atMost) {
        return byDeadline.due(now, atMost);
    }

    void dropEntry(JobsByDeadline.Due entry) {
        expired.dropAt(entry);
        store.delete(entry.key());
    }

    private void write(
            TrackedJob before, TrackedJob after, Instant deadline, boolean isToBeCounted) {
        TrackedJob written = after.due(deadline);
        Job job = written.job();
        if (job != null && !job.equals(before.job())) {
            store.put(SUBMISSION + job.id().value(), Wire.encode(job));
        }
        Map<String, byte[]> entriesBefore = indexEntries(before);
        Map<String, byte[]> entries = indexEntries(written);
        entries.forEach((key, value) -> {
            if (!entriesBefore.containsKey(key)) {
                store.put(key, value);
            }
        });
        byDeadline.added(deadline);
        if (isToBeCounted) {
            counters.count(before.record(), after.record());
        }
        byPlace.moved(waitingPlace(before), waitingPlace(written));
        store.put(after.id().value(), Wire.encode(written.withJob(null)));
        for (String entry : entriesBefore.keySet()) {
            if (!entries.containsKey(entry)) {
                store.delete(entry);
            }
        }
    }

    private static @Nullable QueuePlace waitingPlace(TrackedJob job) {
        return job.isWaitingInQueue() ? job.place() : null;
    }

    private static Map<String, byte[]> indexEntries(TrackedJob tracked) {
        var entries = new HashMap<String, byte[]>();
        Job job = tracked.job();
        if (tracked.deadline() != null) {
            entries.put(JobsByDeadline.key(tracked.deadline(), tracked.id()), NOTHING);
        }
        QueuePlace place = waitingPlace(tracked);
        if (place != null && job != null) {
            entries.put(JobsByPlace.key(place, tracked.id()), JobsByPlace.value(job.owner()));
        }
        if (job != null && job.part() == null) {
            entries.put(JobsByOwner.key(job), NOTHING);
        }
        if (tracked.isWebhookPending()) {
            entries.put(WEBHOOK + tracked.id().value(), NOTHING);
        }
        return entries;
    }
}
