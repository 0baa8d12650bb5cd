package io.heritage.sink.store;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import java.util.HexFormat;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * States of the parts of divided jobs, in the same store as the partition's jobs:
 *
 * <ul>
 *   <li>{@code ,JOBID}: the event that divided it;
 *   <li>{@code ,JOBID.INDEX}: a {@link PartState}.
 * </ul>
 *
 * Both are dropped when the job ends. Used by the stream thread that owns the partition.
 */
public final class DivisionStore {
    private static final String DIVISION = ",";
    private static final HexFormat HEX = HexFormat.of();

    private final KeyValueStore<String, byte[]> store;

    public DivisionStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    public void put(JobEvent.Divided event) {
        store.put(DIVISION + event.jobId().value(), Wire.encode(event));
    }

    public JobEvent.@Nullable Divided get(JobId job) {
        byte[] bytes = store.get(DIVISION + job.value());
        return bytes == null ? null : Wire.decode(bytes, JobEvent.Divided.class);
    }

    public void put(JobId job, int index, PartState state) {
        store.put(key(job, index), Wire.encode(state));
    }

    public PartState part(JobId job, int index) {
        byte[] bytes = store.get(key(job, index));
        return bytes == null ? PartState.UNHEARD : Wire.decode(bytes, PartState.class);
    }

    public void drop(JobEvent.Divided event) {
        for (int i = 0; i <= event.division().segments().size(); i++) {
            store.delete(key(event.jobId(), i));
        }
        store.delete(DIVISION + event.jobId().value());
    }

    private static String key(JobId job, int index) {
        return DIVISION + job.value() + "." + HEX.toHexDigits(index);
    }
}
