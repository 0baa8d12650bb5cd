package io.heritage.sink.store;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The {@link JobCounters} of each endpoint in one partition, under {@code #ENDPOINT}. Used by the
 * stream thread that owns it.
 */
public final class CounterStore {
    private static final String COUNTERS = "#";
    private static final String AFTER_COUNTERS = "$";

    private final KeyValueStore<String, byte[]> store;

    public CounterStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Sum over all partitions of this process. Any thread. */
    public static JobCounters sum(
            ReadOnlyKeyValueStore<String, byte[]> store, EndpointId endpoint) {
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

    /** Counts the change of a job from one record to the next, before the job is stored. */
    public void count(JobRecord before, JobRecord after) {
        if (after.job() != null) {
            JobCounters counters = get(after.job().endpoint());
            put(after.job().endpoint(), counters, counters.moved(before, after));
        }
    }

    /**
     * Counts jobs as cancelled before they are stored as such.
     *
     * @param change names this step of the purge
     */
    public void countPurged(EndpointId endpoint, Lane lane, long jobs, String change) {
        JobCounters counters = get(endpoint);
        put(endpoint, counters, counters.purged(lane, jobs, change));
    }

    private void put(EndpointId endpoint, JobCounters before, JobCounters after) {
        if (!after.equals(before)) {
            store.put(COUNTERS + endpoint.value(), Wire.encode(after));
        }
    }

    private JobCounters get(EndpointId endpoint) {
        byte[] bytes = store.get(COUNTERS + endpoint.value());
        return bytes == null ? JobCounters.ZERO : Wire.decode(bytes, JobCounters.class);
    }
}
