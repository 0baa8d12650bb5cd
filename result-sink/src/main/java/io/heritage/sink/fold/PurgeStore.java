package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Progress of purges in one partition, and how far its queues are folded, which tells whether the
 * purges are complete:
 *
 * <ul>
 *   <li>{@code +PURGEID}: a {@link PurgeTally};
 *   <li>{@code '}: how far the queues have been folded.
 * </ul>
 *
 * Used by the stream thread that owns the partition.
 */
final class PurgeStore {
    private static final String PURGE = "+";
    private static final String AFTER_PURGES = ",";
    private static final String PASSED = "'";

    private final KeyValueStore<String, byte[]> store;

    PurgeStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    void put(PurgeTally tally) {
        store.put(PURGE + tally.purge().jobId().value(), Wire.encode(tally));
    }

    void remove(PurgeTally tally) {
        store.delete(PURGE + tally.purge().jobId().value());
    }

    List<PurgeTally> all() {
        var purges = new ArrayList<PurgeTally>();
        try (var entries = store.range(PURGE, AFTER_PURGES)) {
            entries.forEachRemaining(
                    entry -> purges.add(Wire.decode(entry.value, PurgeTally.class)));
        }
        return purges;
    }

    /**
     * Jobs that a purge has cancelled in this partition; empty until it is complete. Any thread.
     */
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
}
