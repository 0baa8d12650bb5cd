package io.heritage.sink.store;

import io.heritage.schemas.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Index of the jobs of one partition by when to look at them again, as {@code !DEADLINE JOBID}.
 * Used by the stream thread that owns the partition.
 */
public final class JobsByDeadline {
    private static final String DEADLINE = "!";
    private static final HexFormat HEX = HexFormat.of();
    private static final int TIME_DIGITS = 16;

    private final KeyValueStore<String, byte[]> store;

    /** No entry is earlier, so that scans need not skip deleted entries. */
    private Instant first = Instant.EPOCH;

    public JobsByDeadline(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** An index entry. */
    public record Due(String key, JobId job) {
        /** Whether it is the entry of a job with this deadline. */
        public boolean isAt(Instant deadline) {
            return key.equals(JobsByDeadline.key(deadline, job));
        }
    }

    public static String key(Instant deadline, JobId id) {
        return DEADLINE + time(deadline) + id.value();
    }

    /** Updates the lower bound after an entry was stored. */
    public void added(Instant deadline) {
        first = deadline.isBefore(first) ? deadline : first;
    }

    public List<Due> due(Instant now, int atMost) {
        var due = new ArrayList<Due>();
        try (var entries =
                store.range(DEADLINE + time(first), DEADLINE + time(now.plusMillis(1)))) {
            while (entries.hasNext() && due.size() < atMost) {
                String key = entries.next().key;
                due.add(new Due(key, new JobId(key.substring(1 + TIME_DIGITS))));
            }
        }
        if (due.isEmpty()) {
            first = now;
        }
        return due;
    }

    private static String time(Instant instant) {
        return HEX.toHexDigits(Math.max(0, instant.toEpochMilli()));
    }
}
