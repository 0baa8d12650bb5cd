package io.heritage.sink.store;

import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.reply.ReplyBody;
import java.util.ArrayList;
import java.util.HexFormat;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The parts of the results of jobs, each under {@code %JOBID.ATTEMPT.PART}. Used by the stream
 * thread that owns the partition.
 */
public final class ResultPartStore {
    private static final String PART = "%";
    private static final HexFormat HEX = HexFormat.of();

    private final KeyValueStore<String, byte[]> store;

    public ResultPartStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Called before the job that counts the part is stored. */
    public void put(JobId id, int attempt, int index, Payload part) {
        store.put(key(id, attempt, index), Wire.encode(part));
    }

    /** The parts of all attempts. */
    public void drop(JobId id) {
        try (var entries = store.range(PART + id.value() + ".", PART + id.value() + "/")) {
            entries.forEachRemaining(entry -> store.delete(entry.key));
        }
    }

    /**
     * Parts of an attempt, in order: as many as {@code maxBytes} of JSON and base64 hold, and one
     * if even that is larger. Any thread.
     *
     * @param ready how many there are
     * @param from index of the first
     */
    public static ResultParts read(
            ReadOnlyKeyValueStore<String, byte[]> store,
            JobId id,
            int attempt,
            int ready,
            int from,
            long maxBytes) {
        var parts = new ArrayList<Payload>();
        if (from >= ready) {
            return new ResultParts(parts, from);
        }
        int next = from;
        long bytes = 0;
        try (var entries = store.range(key(id, attempt, from), key(id, attempt, ready - 1))) {
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

    /** Keys that sort as text in the order of the parts. */
    private static String key(JobId id, int attempt, int index) {
        return PART + id.value() + "." + HEX.toHexDigits(attempt) + "." + HEX.toHexDigits(index);
    }

    private static int indexOf(String key) {
        return Integer.parseInt(key.substring(key.length() - 8), 16);
    }
}
