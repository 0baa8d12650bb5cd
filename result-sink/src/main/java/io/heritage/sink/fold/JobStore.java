package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.reply.ReplyBody;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
 *   <li>{@code %JOBID.ATTEMPT.PART}: the parts of its result;
 *   <li>{@code !DEADLINE JOBID}: index by deadline;
 *   <li>{@code &TOPIC OFFSET JOBID}: index of waiting jobs by the place of their queue record, with
 *       their owner;
 *   <li>{@code .ENDPOINT OWNER TIME JOBID}: index of all jobs of clients, the newest first; {@code
 *       /} once those of versions without it are in it;
 *   <li>{@code (JOBID}: index of jobs whose webhook is to be called;
 *   <li>{@code ~JOBID}: that there was a job whose retention is over;
 *   <li>{@code #ENDPOINT}: counters;
 *   <li>{@code +PURGEID}: what a purge has done here;
 *   <li>{@code '}: how far the queues have been folded;
 *   <li>{@code ,}: what divided jobs know of their parts, see {@link DivisionStore};
 *   <li>{@code ;}: what batches know of their jobs, see {@link BatchStore}.
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
    private static final String DEADLINE = "!";
    private static final String COUNTERS = "#";
    private static final String AFTER_COUNTERS = "$";
    private static final String PART = "%";
    private static final String PLACE = "&";

    /** Names of topics have no tilde. */
    private static final String AFTER_PLACES = PLACE + "~";

    private static final String WEBHOOK = "(";
    private static final String AFTER_WEBHOOKS = ")";
    private static final String SUBMISSION = "*";
    private static final String LIST = ".";
    private static final String LISTED = "/";
    private static final String AFTER_SUBMISSIONS = "+";
    private static final String AFTER_DIGITS = "g";
    private static final String PURGE = "+";
    private static final String AFTER_PURGES = ",";
    private static final String EXPIRED = "~";
    private static final String PASSED = "'";
    private static final HexFormat HEX = HexFormat.of();
    private static final int TIME_DIGITS = 16;
    private static final int OFFSET_DIGITS = 16;

    private final KeyValueStore<String, byte[]> store;

    /** No entry of the index is earlier: what was deleted there need not be skipped every time. */
    private Instant firstDeadline = Instant.EPOCH;

    private final WaitingPlaces places;

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
        this.places = places;
        try (var entries = store.range(PLACE, AFTER_PLACES)) {
            entries.forEachRemaining(entry -> {
                QueuePlace place = waitingAt(entry.key).place();
                places.add(place);
                found.accept(place, new String(entry.value, StandardCharsets.UTF_8));
            });
        }
    }

    /** Once in the life of a store, some seconds for a million jobs. */
    void listJobsOfFormerVersions() {
        if (store.get(LISTED) != null) {
            return;
        }
        try (var jobs = store.range(SUBMISSION, AFTER_SUBMISSIONS)) {
            while (jobs.hasNext()) {
                KeyValue<String, byte[]> entry = jobs.next();
                if (entry.key.startsWith(SUBMISSION)) {
                    store.put(listKey(Wire.decode(entry.value, Job.class)), new byte[0]);
                }
            }
        }
        store.put(LISTED, new byte[0]);
    }

    /** One entry of the index. */
    record Due(String key, JobId job) {}

    @Nullable TrackedJob get(JobId id) {
        byte[] bytes = store.get(id.value());
        if (bytes == null) {
            return null;
        }
        TrackedJob tracked = Wire.decode(bytes, TrackedJob.class);
        if (tracked.job() != null) { // versions before kept the submission with what changes
            store.put(SUBMISSION + id.value(), Wire.encode(tracked.job()));
            store.put(listKey(tracked.job()), new byte[0]);
            return tracked;
        }
        return withJob(store, tracked);
    }

    /** What changes of a job. */
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

    /** Sum over all partitions of this process. */
    static JobCounters counters(ReadOnlyKeyValueStore<String, byte[]> store, EndpointId endpoint) {
        JobCounters sum = JobCounters.ZERO;
        String key = COUNTERS + endpoint.value();
        try (var all = store.range(COUNTERS, AFTER_COUNTERS)) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> one = all.next();
                if (one.key.equals(key)) {
                    sum = sum.plus(Wire.decode(one.value, JobCounters.class));
                }
            }
        }
        return sum;
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

    /** The same for a job that {@link #countPurged} has counted. */
    void putCounted(TrackedJob before, TrackedJob after, Instant next) {
        write(before, after, next, false);
    }

    /** Stores a job whose index entry has just been looked at. */
    void putLooked(TrackedJob before, TrackedJob after, Instant next) {
        write(before, after, next, true);
    }

    /** To be stored before the job that counts it. */
    void putPart(JobId id, int attempt, int index, Payload part) {
        store.put(partKey(id, attempt, index), Wire.encode(part));
    }

    /** The parts of all attempts. */
    void dropParts(JobId id) {
        try (var entries = store.range(PART + id.value() + ".", PART + id.value() + "/")) {
            entries.forEachRemaining(entry -> store.delete(entry.key));
        }
    }

    /**
     * Parts of a job's last attempt, in order: as many as {@code maxBytes} of JSON and base64 hold,
     * and one if even that is larger. Any thread.
     *
     * @param from index of the first
     */
    static ResultParts parts(
            ReadOnlyKeyValueStore<String, byte[]> store, TrackedJob job, int from, long maxBytes) {
        int ready = job.partsSoFar().ready();
        var parts = new ArrayList<Payload>();
        if (from >= ready) {
            return new ResultParts(parts, from);
        }
        int next = from;
        long bytes = 0;
        try (var entries =
                store.range(
                        partKey(job.id(), job.attempt(), from),
                        partKey(job.id(), job.attempt(), ready - 1))) {
            while (entries.hasNext()) {
                KeyValue<String, byte[]> entry = entries.next();
                Payload part = Wire.decode(entry.value, Payload.class);
                bytes += entry.value.length + ReplyBody.base64Length(part.media());
                if (bytes > maxBytes && !parts.isEmpty()) {
                    break;
                }
                parts.add(part);
                next = indexOf(entry.key) + 1;
            }
        }
        return new ResultParts(parts, next);
    }

    /**
     * Jobs of an owner at an endpoint, newest first. Looks at {@code mostSeen} of them at most,
     * however few are wanted. Any thread.
     *
     * @param after where the page before ended; empty for the first
     * @param shown what is kept of a job: a megabyte of input is not
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
        String prefix = listPrefix(endpoint, owner);
        var rows = new ArrayList<JobPage.Row<T>>();
        int seen = 0;
        try (var entries = store.range(prefix + after, prefix + AFTER_DIGITS)) {
            while (entries.hasNext()) {
                String order = entries.next().key.substring(prefix.length());
                if (order.equals(after)) {
                    continue;
                }
                find(store, new JobId(order.substring(TIME_DIGITS)))
                        .filter(wanted)
                        .ifPresent(job -> rows.add(new JobPage.Row<>(order, shown.apply(job))));
                if (++seen == mostSeen || rows.size() == atMost) {
                    return new JobPage<>(rows, entries.hasNext() ? order : null);
                }
            }
        }
        return new JobPage<>(rows, null);
    }

    private static String listPrefix(EndpointId endpoint, String owner) {
        return LIST
                + endpoint.value()
                + " "
                + HexFormat.of().formatHex(owner.getBytes(StandardCharsets.UTF_8))
                + " ";
    }

    private static String listKey(Job job) {
        long newestFirst = Long.MAX_VALUE - Math.max(0, job.submittedAt().toEpochMilli());
        return listPrefix(job.endpoint(), job.owner()) + HEX.toHexDigits(newestFirst) + job.id();
    }

    /** The entry under its deadline goes last: what a crash leaves is found there again. */
    void remove(TrackedJob job) {
        dropParts(job.id());
        if (job.job() != null && job.job().part() == null) {
            store.delete(listKey(job.job()));
        }
        if (job.place() != null) {
            store.delete(placeKey(job.place(), job.id()));
            places.remove(job.place());
        }
        store.delete(SUBMISSION + job.id().value());
        store.delete(WEBHOOK + job.id().value());
        store.delete(job.id().value());
        if (job.deadline() != null) {
            store.delete(indexKey(job.deadline(), job.id()));
        }
    }

    /** Removes a job; what is left of it stays, under a deadline of its own. */
    void remove(TrackedJob job, ExpiredJob left) {
        store.put(EXPIRED + left.id().value(), Wire.encode(left));
        store.put(indexKey(left.knownUntil(), left.id()), new byte[0]);
        remove(job);
    }

    Optional<ExpiredJob> expired(JobId id) {
        return expired(store, id);
    }

    /** Any thread. */
    static Optional<ExpiredJob> expired(ReadOnlyKeyValueStore<String, byte[]> store, JobId id) {
        return Optional.ofNullable(store.get(EXPIRED + id.value()))
                .map(bytes -> Wire.decode(bytes, ExpiredJob.class));
    }

    /**
     * Jobs that wait although their queue delivers nothing from before {@code start} any more.
     *
     * @param from where the search before has found none
     */
    List<JobId> waitingBefore(String topic, long from, long start, int atMost) {
        var waiting = new ArrayList<JobId>();
        try (var entries = store.range(placeKey(topic, from), placeKey(topic, start))) {
            while (entries.hasNext() && waiting.size() < atMost) {
                String key = entries.next().key;
                waiting.add(new JobId(key.substring(placeKey(topic, from).length())));
            }
        }
        return waiting;
    }

    /**
     * Jobs that an owner may have waiting in a queue, in the order of their places.
     *
     * @param from where to begin
     * @param before where to end
     */
    List<WaitingEntry> waiting(String topic, long from, long before, String owner, int atMost) {
        byte[] name = owner.getBytes(StandardCharsets.UTF_8);
        var waiting = new ArrayList<WaitingEntry>();
        try (var entries = store.range(placeKey(topic, from), placeKey(topic, before))) {
            while (entries.hasNext() && waiting.size() < atMost) {
                KeyValue<String, byte[]> entry = entries.next();
                if (entry.value.length == 0 || Arrays.equals(entry.value, name)) {
                    waiting.add(waitingAt(entry.key));
                }
            }
        }
        return waiting;
    }

    /** The job that waits at a place, if one does. */
    Optional<JobId> waitingAt(QueuePlace place) {
        String prefix = placeKey(place.topic(), place.offset());
        try (var entries = store.range(prefix, placeKey(place.topic(), place.offset() + 1))) {
            return entries.hasNext()
                    ? Optional.of(waitingAt(entries.next().key).job())
                    : Optional.empty();
        }
    }

    /**
     * How long jobs wait in a queue, from its head on until one has not waited that long. Any
     * thread, one partition.
     *
     * @param longerThan a job that came in before has waited longer
     */
    static QueueWaits waits(
            ReadOnlyKeyValueStore<String, byte[]> store,
            String topic,
            Instant now,
            Instant longerThan,
            int atMost) {
        long oldest = 0;
        int longer = 0;
        try (var entries = store.range(placeKey(topic, 0), placeKey(topic, Long.MAX_VALUE))) {
            while (entries.hasNext() && longer < atMost) {
                byte[] job = store.get(waitingAt(entries.next().key).job().value());
                Instant seenAt = job == null ? null : Wire.decode(job, TrackedJob.class).seenAt();
                if (seenAt == null) {
                    continue;
                }
                oldest = Math.max(oldest, now.toEpochMilli() - seenAt.toEpochMilli());
                if (!seenAt.isBefore(longerThan)) {
                    break;
                }
                longer++;
            }
        }
        return new QueueWaits(oldest, longer);
    }

    /** One entry of the index of waiting jobs. */
    record WaitingEntry(JobId job, QueuePlace place) {}

    private static WaitingEntry waitingAt(String key) {
        int offset = key.indexOf(' ') + 1;
        int id = offset + OFFSET_DIGITS + 1;
        return new WaitingEntry(
                new JobId(key.substring(id)),
                new QueuePlace(
                        key.substring(PLACE.length(), offset - 1),
                        Long.parseLong(key.substring(offset, id - 1), 16)));
    }

    /**
     * Counts jobs that go from waiting to cancelled, before they do.
     *
     * @param change names this step of the purge
     */
    void countPurged(EndpointId endpoint, long jobs, String change) {
        String key = COUNTERS + endpoint.value();
        JobCounters counters = countersUnder(key);
        JobCounters purged = counters.purged(jobs, change);
        if (!purged.equals(counters)) {
            store.put(key, Wire.encode(purged));
        }
    }

    void put(PurgeTally tally) {
        store.put(PURGE + tally.purge().jobId().value(), Wire.encode(tally));
    }

    void remove(PurgeTally tally) {
        store.delete(PURGE + tally.purge().jobId().value());
    }

    List<PurgeTally> purges() {
        var purges = new ArrayList<PurgeTally>();
        try (var entries = store.range(PURGE, AFTER_PURGES)) {
            entries.forEachRemaining(
                    entry -> purges.add(Wire.decode(entry.value, PurgeTally.class)));
        }
        return purges;
    }

    /** Jobs that a purge has cancelled in this partition; empty until it is through. Any thread. */
    static OptionalLong purged(ReadOnlyKeyValueStore<String, byte[]> store, JobId purge) {
        byte[] bytes = store.get(PURGE + purge.value());
        if (bytes == null) {
            return OptionalLong.empty();
        }
        PurgeTally tally = Wire.decode(bytes, PurgeTally.class);
        return tally.through() && FoldProgress.reaches(passed(store), tally.purge().before())
                ? OptionalLong.of(tally.removed())
                : OptionalLong.empty();
    }

    /** How far the queues have been folded, by topic. */
    Map<String, Long> passed() {
        return passed(store);
    }

    void putPassed(Map<String, Long> passed) {
        store.put(PASSED, Wire.encode(new Fact.QueuesPassed(passed)));
    }

    private static Map<String, Long> passed(ReadOnlyKeyValueStore<String, byte[]> store) {
        byte[] bytes = store.get(PASSED);
        return bytes == null ? Map.of() : Wire.decode(bytes, Fact.QueuesPassed.class).passed();
    }

    /** Jobs whose webhook is to be called, now or later. */
    List<JobId> webhooksPending() {
        var pending = new ArrayList<JobId>();
        try (var entries = store.range(WEBHOOK, AFTER_WEBHOOKS)) {
            entries.forEachRemaining(entry -> pending.add(new JobId(entry.key.substring(1))));
        }
        return pending;
    }

    List<Due> due(Instant now, int atMost) {
        var due = new ArrayList<Due>();
        String first = DEADLINE + time(firstDeadline);
        try (var entries = store.range(first, DEADLINE + time(now.plusMillis(1)))) {
            while (entries.hasNext() && due.size() < atMost) {
                String key = entries.next().key;
                due.add(new Due(key, new JobId(key.substring(1 + TIME_DIGITS))));
            }
        }
        if (due.isEmpty()) {
            firstDeadline = now;
        }
        return due;
    }

    void dropEntry(Due entry) {
        expired(store, entry.job())
                .filter(left -> indexKey(left.knownUntil(), left.id()).equals(entry.key()))
                .ifPresent(left -> store.delete(EXPIRED + left.id().value()));
        store.delete(entry.key());
    }

    private void write(
            TrackedJob before, TrackedJob after, Instant deadline, boolean isToBeCounted) {
        TrackedJob written = after.due(deadline);
        Job job = written.job();
        if (job != null && !job.equals(before.job())) {
            store.put(SUBMISSION + job.id().value(), Wire.encode(job));
        }
        Set<String> entriesBefore = indexEntries(before);
        Set<String> entries = indexEntries(written);
        for (String entry : entries) {
            if (!entriesBefore.contains(entry)) {
                store.put(entry, entry.startsWith(PLACE) ? ownerOf(written) : new byte[0]);
            }
        }
        firstDeadline = deadline.isBefore(firstDeadline) ? deadline : firstDeadline;
        if (isToBeCounted) {
            count(before, after);
        }
        places.moved(waitingPlace(before), waitingPlace(written));
        store.put(after.id().value(), Wire.encode(written.withJob(null)));
        for (String entry : entriesBefore) {
            if (!entries.contains(entry)) {
                store.delete(entry);
            }
        }
    }

    private static @Nullable QueuePlace waitingPlace(TrackedJob job) {
        return job.isWaitingInQueue() ? job.place() : null;
    }

    private static Set<String> indexEntries(TrackedJob job) {
        var entries = new HashSet<String>();
        if (job.deadline() != null) {
            entries.add(indexKey(job.deadline(), job.id()));
        }
        QueuePlace place = waitingPlace(job);
        if (place != null) {
            entries.add(placeKey(place, job.id()));
        }
        if (job.job() != null && job.job().part() == null) {
            entries.add(listKey(job.job()));
        }
        if (job.isWebhookPending()) {
            entries.add(WEBHOOK + job.id().value());
        }
        return entries;
    }

    private void count(TrackedJob before, TrackedJob after) {
        if (after.job() == null) {
            return;
        }
        String key = COUNTERS + after.job().endpoint().value();
        JobCounters counters = countersUnder(key);
        JobCounters moved = counters.moved(before.record(), after.record());
        if (!moved.equals(counters)) {
            store.put(key, Wire.encode(moved));
        }
    }

    private JobCounters countersUnder(String key) {
        byte[] bytes = store.get(key);
        return bytes == null ? JobCounters.ZERO : Wire.decode(bytes, JobCounters.class);
    }

    private static byte[] ownerOf(TrackedJob tracked) {
        return Objects.requireNonNull(tracked.job()).owner().getBytes(StandardCharsets.UTF_8);
    }

    /** In order as text. */
    private static String partKey(JobId id, int attempt, int index) {
        return PART + id.value() + "." + HEX.toHexDigits(attempt) + "." + HEX.toHexDigits(index);
    }

    private static int indexOf(String partKey) {
        return Integer.parseInt(partKey.substring(partKey.length() - 8), 16);
    }

    private static String placeKey(QueuePlace place, JobId id) {
        return placeKey(place.topic(), place.offset()) + id.value();
    }

    /** In order as text within a topic. */
    private static String placeKey(String topic, long offset) {
        return PLACE + topic + " " + HEX.toHexDigits(offset) + " ";
    }

    static String indexKey(Instant deadline, JobId id) {
        return DEADLINE + time(deadline) + id.value();
    }

    private static String time(Instant instant) {
        return HEX.toHexDigits(Math.max(0, instant.toEpochMilli()));
    }
}
