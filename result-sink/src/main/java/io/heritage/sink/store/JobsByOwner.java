package io.heritage.sink.store;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Index of all jobs of clients, newest first, as {@code .ENDPOINT OWNER TIME JOBID}. The key {@code
 * /} exists once jobs stored by versions without the index are in it.
 */
public final class JobsByOwner {
    /** Stored once the index is complete. */
    public static final String COMPLETE = "/";

    private static final String LIST = ".";
    private static final String AFTER_DIGITS = "g";
    private static final HexFormat HEX = HexFormat.of();
    private static final int TIME_DIGITS = 16;

    private JobsByOwner() {}

    public static String key(Job job) {
        long newestFirst = Long.MAX_VALUE - Math.max(0, job.submittedAt().toEpochMilli());
        return prefix(job.endpoint(), job.owner()) + HEX.toHexDigits(newestFirst) + job.id();
    }

    /**
     * Jobs of an owner at an endpoint, newest first. Looks at {@code mostSeen} of them at most,
     * however few are wanted. Any thread.
     *
     * @param after where the page before ended; empty for the first
     * @param shown the part of a job to keep, without its large input; empty if it does not match
     */
    public static <T> JobPage<T> list(
            ReadOnlyKeyValueStore<String, byte[]> store,
            EndpointId endpoint,
            String owner,
            String after,
            Function<JobId, Optional<T>> shown,
            int atMost,
            int mostSeen) {
        String prefix = prefix(endpoint, owner);
        var rows = new ArrayList<JobPage.Row<T>>();
        int seen = 0;
        try (var entries = store.range(prefix + after, prefix + AFTER_DIGITS)) {
            while (entries.hasNext()) {
                String order = entries.next().key.substring(prefix.length());
                if (order.equals(after)) {
                    continue;
                }
                shown.apply(new JobId(order.substring(TIME_DIGITS)))
                        .ifPresent(job -> rows.add(new JobPage.Row<>(order, job)));
                if (++seen == mostSeen || rows.size() == atMost) {
                    return new JobPage<>(rows, entries.hasNext() ? order : null);
                }
            }
        }
        return new JobPage<>(rows, null);
    }

    private static String prefix(EndpointId endpoint, String owner) {
        return LIST
                + endpoint.value()
                + " "
                + HEX.formatHex(owner.getBytes(StandardCharsets.UTF_8))
                + " ";
    }
}
