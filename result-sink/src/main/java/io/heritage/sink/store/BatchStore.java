package io.heritage.sink.store;

import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * States of the jobs of batches, in the same store as the partition's jobs: a {@link MemberState}
 * under {@code ;BATCHID.INDEX} for each known job, as long as the batch is known. Used by the
 * stream thread that owns the partition.
 */
public final class BatchStore {
    private static final String MEMBER = ";";
    private static final HexFormat HEX = HexFormat.of();
    private static final int INDEX_DIGITS = 8;

    private final KeyValueStore<String, byte[]> store;

    public BatchStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    public MemberState get(JobId batch, int index) {
        byte[] bytes = store.get(key(batch, index));
        return bytes == null ? MemberState.UNHEARD : Wire.decode(bytes, MemberState.class);
    }

    public void put(JobId batch, int index, MemberState state) {
        store.put(key(batch, index), Wire.encode(state));
    }

    /**
     * All jobs of a batch, by index. Any thread.
     *
     * @param jobs of the batch
     */
    public static List<MemberState> all(
            ReadOnlyKeyValueStore<String, byte[]> store, JobId batch, int jobs) {
        var all = new ArrayList<>(Collections.nCopies(jobs, MemberState.UNHEARD));
        try (var entries = store.range(prefix(batch) + ".", prefix(batch) + "/")) {
            while (entries.hasNext()) {
                KeyValue<String, byte[]> entry = entries.next();
                String digits = entry.key.substring(entry.key.length() - INDEX_DIGITS);
                int index = Integer.parseInt(digits, 16);
                if (index < jobs) {
                    all.set(index, Wire.decode(entry.value, MemberState.class));
                }
            }
        }
        return all;
    }

    public List<MemberState> all(JobId batch, int jobs) {
        return all(store, batch, jobs);
    }

    public void drop(JobId batch) {
        try (var entries = store.range(prefix(batch) + ".", prefix(batch) + "/")) {
            entries.forEachRemaining(entry -> store.delete(entry.key));
        }
    }

    private static String prefix(JobId batch) {
        return MEMBER + batch.value();
    }

    /** Keys that sort as text in the order of the index. */
    private static String key(JobId batch, int index) {
        return prefix(batch) + "." + HEX.toHexDigits(index);
    }
}
