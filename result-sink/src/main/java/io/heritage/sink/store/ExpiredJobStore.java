package io.heritage.sink.store;

import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Remainders of the removed jobs of one partition, each an {@link ExpiredJob} under {@code ~JOBID},
 * with its own entry in {@link JobsByDeadline}. Used by the stream thread that owns the partition.
 */
public final class ExpiredJobStore {
    private static final String EXPIRED = "~";

    private final KeyValueStore<String, byte[]> store;

    public ExpiredJobStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Any thread. */
    public static Optional<ExpiredJob> find(ReadOnlyKeyValueStore<String, byte[]> store, JobId id) {
        return Optional.ofNullable(store.get(EXPIRED + id.value()))
                .map(bytes -> Wire.decode(bytes, ExpiredJob.class));
    }

    public Optional<ExpiredJob> get(JobId id) {
        return find(store, id);
    }

    public void put(ExpiredJob left) {
        store.put(EXPIRED + left.id().value(), Wire.encode(left));
        store.put(JobsByDeadline.key(left.knownUntil(), left.id()), new byte[0]);
    }

    /** Removes the entry of an expired job, unless this deadline is that of the job itself. */
    public void dropAt(JobsByDeadline.Due entry) {
        get(entry.job())
                .filter(left -> entry.isAt(left.knownUntil()))
                .ifPresent(left -> store.delete(EXPIRED + left.id().value()));
    }
}
