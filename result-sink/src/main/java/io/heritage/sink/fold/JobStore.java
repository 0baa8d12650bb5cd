package io.heritage.sink.fold;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.reply.ReplyBody;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one partition, the parts of their results, an index of jobs by deadline, and their
 * counters, in <b>one</b> store under keys of four kinds: {@code JOBID}, {@code
 * %JOBID.ATTEMPT.PART}, {@code !DEADLINE JOBID} and {@code #ENDPOINT}. One store has one changelog,
 * whose records survive a crash up to some point and not beyond; parts, index and counters are
 * written before the job, so what can be left over from a crash is a part or an index entry too
 * many or a counter ahead by one change it remembers, never a job that is not looked after.
 *
 * <p>Used by the stream thread that owns the partition.
 */
final class JobStore {
    static final String STORE = "jobs";
    private static final String DEADLINE = "!";
    private static final String COUNTERS = "#";
    private static final String AFTER_COUNTERS = "$";
    private static final String PART = "%";
    private static final String FIRST_ID = "-";
    private static final String AFTER_IDS = "~";
    private static final int TIME_DIGITS = 16;

    private final KeyValueStore<String, byte[]> store;

    /** No entry of the index is earlier: what was deleted there need not be skipped every time. */
    private Instant firstDeadline = Instant.EPOCH;

    JobStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** One entry of the index. */
    record Due(String key, JobId job) {}

    @Nullable TrackedJob get(JobId id) {
        return find(store, id).orElse(null);
    }

    /** Also used by threads that answer requests, over all partitions of this process. */
    static Optional<TrackedJob> find(ReadOnlyKeyValueStore<String, byte[]> store, JobId id) {
        byte[] bytes = store.get(id.value());
        return Optional.ofNullable(bytes).map(found -> Wire.decode(found, TrackedJob.class));
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
     * Jobs of an owner that wait at an endpoint, over all partitions of this process. The latest
     * ids come first, and the counters tell when all that wait, whoever's they are, have been seen:
     * what has long been finished is seldom read.
     */
    static List<JobId> queued(
            ReadOnlyKeyValueStore<String, byte[]> store, EndpointId endpoint, String owner) {
        long unseen = counters(store, endpoint).inQueue();
        var queued = new ArrayList<JobId>();
        try (var latestFirst = store.reverseRange(FIRST_ID, AFTER_IDS)) {
            while (unseen > 0 && latestFirst.hasNext()) {
                TrackedJob tracked = Wire.decode(latestFirst.next().value, TrackedJob.class);
                Job job = tracked.job();
                if (job != null
                        && tracked.state() instanceof JobState.Queued
                        && job.endpoint().equals(endpoint)) {
                    unseen--;
                    if (job.owner().equals(owner)) {
                        queued.add(job.id());
                    }
                }
            }
        }
        return queued;
    }

    /**
     * Stores a job and keeps index and counters in step.
     *
     * @param next when to look at it again; an earlier entry of the index stays, and what is found
     *     then is not due yet
     */
    TrackedJob put(TrackedJob before, TrackedJob after, Instant next) {
        Instant current = after.deadline();
        return write(before, after, current == null || next.isBefore(current) ? next : current);
    }

    /** Stores a job whose index entry has just been looked at. */
    TrackedJob putLooked(TrackedJob before, TrackedJob after, Instant next) {
        return write(before, after, next);
    }

    /** To be stored before the job that counts it. */
    void putPart(JobId id, int attempt, int index, Payload part) {
        store.put(partKey(id, attempt, index), Wire.encode(part));
    }

    /** Of all attempts. */
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

    void remove(TrackedJob job) {
        dropParts(job.id());
        if (job.deadline() != null) {
            store.delete(indexKey(job.deadline(), job.id()));
        }
        store.delete(job.id().value());
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
        store.delete(entry.key());
    }

    private TrackedJob write(TrackedJob before, TrackedJob after, Instant deadline) {
        TrackedJob written = after.due(deadline);
        if (!deadline.equals(after.deadline())) {
            store.put(indexKey(deadline, after.id()), new byte[0]);
            firstDeadline = deadline.isBefore(firstDeadline) ? deadline : firstDeadline;
        }
        count(before, after);
        store.put(after.id().value(), Wire.encode(written));
        if (after.deadline() != null && !deadline.equals(after.deadline())) {
            store.delete(indexKey(after.deadline(), after.id()));
        }
        return written;
    }

    private void count(TrackedJob before, TrackedJob after) {
        if (after.job() == null) {
            return;
        }
        String key = COUNTERS + after.job().endpoint().value();
        byte[] bytes = store.get(key);
        JobCounters counters =
                bytes == null ? JobCounters.ZERO : Wire.decode(bytes, JobCounters.class);
        JobCounters moved = counters.moved(before.record(), after.record());
        if (!moved.equals(counters)) {
            store.put(key, Wire.encode(moved));
        }
    }

    /** In order as text. */
    private static String partKey(JobId id, int attempt, int index) {
        return PART + id.value() + ".%08x.%08x".formatted(attempt, index);
    }

    private static int indexOf(String partKey) {
        return Integer.parseInt(partKey.substring(partKey.length() - 8), 16);
    }

    static String indexKey(Instant deadline, JobId id) {
        return DEADLINE + time(deadline) + id.value();
    }

    private static String time(Instant instant) {
        return "%016x".formatted(Math.max(0, instant.toEpochMilli()));
    }
}
